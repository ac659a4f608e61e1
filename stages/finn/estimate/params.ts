import type { FromSchema } from 'json-schema-to-ts';
import type { Json } from '../../../base/json.ts';
import type { Target } from '../../../core/contracts/types.ts';

export const schema = {
  type: 'object',
  additionalProperties: false,
  not: { required: ['folding', 'target_fps'] },
  properties: {
    folding: { type: 'string', description: 'JSON file: PE, SIMD, ram_style, … by layer.' },
    target_fps: {
      type: 'number',
      exclusiveMinimum: 0,
      description: 'Images per second to fold for as FINN does, instead of a file.',
    },
  },
} as const;

/** Both are optional here; only ajv checks that they exclude each other. */
export type EstimateParams = FromSchema<Omit<typeof schema, 'not'>>;

/** The parameters of the work. */
export interface EstimateJob {
  /** A parsed folding file; null for none. */
  readonly folding: Json;
  /** Images per second. */
  readonly target_fps?: number | null;
  /**
   * What becomes of layers whose output queue loses words as FINN builds it: a folding that is chosen for a rate avoids them,
   * or they only cause warnings. Absent unless FINN's queue is built, since it enters the key.
   */
  readonly short_queues?: 'avoid' | 'warn';
  readonly target: Target;
}
