export const schema = { type: 'object', additionalProperties: false, properties: {} } as const;

/** The parameters of the finisher. */
export interface ProbeJob {
  /** Board type. */
  readonly board: string;
  readonly part: string;
  /** Names of the board definition, the preferred one first. */
  readonly boardParts: readonly string[];
}
