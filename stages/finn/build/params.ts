import type { FromSchema } from 'json-schema-to-ts';
import type { Target } from '../../../core/contracts/types.ts';

export const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    synthesis: { type: 'string', description: 'Synthesis strategy, by its name in Vivado.' },
    implementation: {
      type: 'string',
      description: 'Place and route strategy, such as Performance_ExtraTimingOpt.',
    },
  },
} as const;

export type BuildParams = FromSchema<typeof schema>;

/** The parameters of the work. */
export interface BuildJob {
  readonly target: Target;
}
