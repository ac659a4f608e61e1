import type { FromSchema } from 'json-schema-to-ts';
import type { JsonObject } from '../../base/json.ts';
import type { Target } from '../../core/contracts/types.ts';
import type { StrategyName } from './strategies.ts';
import { strategies } from './strategies.ts';

const share = { type: 'number', exclusiveMinimum: 0, maximum: 1 } as const;
const names = Object.keys(strategies) as readonly StrategyName[];

export const schema = {
  type: 'object',
  required: ['strategy'],
  additionalProperties: false,
  properties: {
    strategy: {
      enum: names,
      description: names.map((name) => `${name}: ${strategies[name].about}`).join('; '),
    },
    cuts: {
      type: 'array',
      description: 'manual only: cut after these nodes.',
      items: {
        type: 'object',
        required: ['after'],
        additionalProperties: false,
        properties: {
          after: { type: 'string', description: 'Name of a hardware node, such as MVAU_hls_0.' },
        },
      },
    },
    limits: {
      type: 'object',
      description:
        "Share of a board that may be used, 0 to 1: one number per resource; 1 by default, FINN's own limits under Vivado.",
      additionalProperties: false,
      properties: { LUT: share, BRAM_18K: share, DSP: share, URAM: share, FF: share },
    },
    overheads: {
      enum: ['none', 'modelled'],
      description: 'modelled: also count DMA, shell, FIFOs and width converters, using a model.',
    },
  },
} as const;

export type SplitParams = FromSchema<typeof schema>;

/** The parameters of the work. */
export interface SplitJob extends Required<Pick<SplitParams, 'strategy' | 'cuts' | 'limits'>> {
  /** `none` by default. */
  readonly overheads?: 'modelled';
  /** `finn` by default. */
  readonly model?: 'rtl';
  /** The least depth of a FIFO in words, for the model rtl; 2 by default. */
  readonly fifos?: number;
  /** The last built cuts according to pipeline.lock; only for sticky strategies. */
  readonly lock?: JsonObject;
  readonly boards: readonly {
    readonly name: string;
    readonly type: string;
    readonly resources: { readonly [resource: string]: number };
  }[];
  readonly target: Target;
}
