import type { FromSchema } from 'json-schema-to-ts';
import type { Target } from '../../../core/contracts/types.ts';

/** Vivado would take anything else for an option of its own. */
const strategy = '^[^-]';

export const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    synthesis: {
      type: 'string',
      pattern: strategy,
      description: 'Synthesis strategy, by its name in Vivado.',
    },
    implementation: {
      type: 'string',
      pattern: strategy,
      description: 'Place and route strategy, such as Performance_ExtraTimingOpt.',
    },
  },
} as const;

export type BuildParams = FromSchema<typeof schema>;

/** The parameters of the work. */
export interface BuildJob {
  readonly target: Target;
}
