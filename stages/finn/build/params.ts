import type { FromSchema } from 'json-schema-to-ts';
import type { Target } from '../../../core/contracts/types.ts';

export const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    synthesis: { type: 'string', description: 'Strategy of synthesis, by its name in Vivado.' },
    implementation: {
      type: 'string',
      description: 'Strategy of place and route, such as Performance_ExtraTimingOpt.',
    },
  },
} as const;

export type BuildParams = FromSchema<typeof schema>;

/** What the work is given. */
export interface BuildJob {
  readonly target: Target;
}
