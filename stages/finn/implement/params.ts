import type { Target } from '../../../core/contracts/types.ts';

export const schema = { type: 'object', additionalProperties: false, properties: {} } as const;

/** The parameters of the finisher. */
export interface ImplementJob {
  readonly target: Target;
}
