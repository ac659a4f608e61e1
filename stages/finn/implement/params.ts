import type { Target } from '../../../core/contracts/types.ts';

export const schema = { type: 'object', additionalProperties: false, properties: {} } as const;

/** What the finisher is given. */
export interface ImplementJob {
  readonly target: Target;
}
