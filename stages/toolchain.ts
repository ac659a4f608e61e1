import type { FromSchema } from 'json-schema-to-ts';
import { problem } from '../base/diagnostic.ts';
import type { JsonObject } from '../base/json.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import type { DepthPolicy } from '../finn/cycles/choose-depths.ts';

/** Version of the tool that builds; YAML reads 2024.2 as a number. */
const vivadoVersion = '^20\\d\\d\\.\\d$';

/** JSON Schema of the section `toolchain` of pipeline.yaml. */
export const toolchainSchema = {
  type: 'object',
  description: 'The implementations of the front end and the back end.',
  additionalProperties: false,
  properties: {
    frontend: {
      enum: ['embedded', 'finn'],
      description: 'embedded: our own, requires only Node; finn: FINN+ itself, in Python.',
    },
    backend: {
      enum: ['emulated', 'vivado'],
      description: 'emulated: models that run here; vivado: real bitstreams.',
    },
    vivado: {
      type: ['string', 'number'],
      pattern: vivadoVersion,
      description: 'The version of Vivado, such as 2024.2; part of the key.',
    },
    'cross-check': {
      type: 'boolean',
      description:
        'Whether FINN checks the graph of the embedded front end before Vivado builds; true by default.',
    },
    model: {
      enum: ['rtl', 'finn'],
      description:
        "The resources that split and fold decide by. rtl (the default): what FINN's RTL instantiates; finn: FINN's own estimates.",
    },
    fifos: {
      description:
        'Depths of the FIFOs between layers. 33 (the default); sized: the cheapest for full pace, or for target_fps; minimal: 2, as FINN builds without sizing.',
      anyOf: [
        { enum: [33, 'sized', 'minimal'] },
        {
          type: 'object',
          required: ['target_fps'],
          additionalProperties: false,
          properties: { target_fps: { type: 'number', exclusiveMinimum: 0 } },
        },
      ],
    },
    mvau_queue: {
      enum: ['deep', 'finn'],
      description:
        "The output queue of MVAU_rtl. deep (the default): two places more than FINN's, which loses words; finn: as FINN builds it.",
    },
  },
} as const;

type Written = FromSchema<typeof toolchainSchema>;

/** The implementations that a pipeline uses. */
export type Toolchain = {
  readonly frontend: NonNullable<Written['frontend']>;
  readonly backend: NonNullable<Written['backend']>;
  /** The version of Vivado that builds, such as 2024.2; null if none is given, which only the emulated back end allows. */
  readonly vivado: string | null;
  /** Whether FINN checks the embedded front end's graph before Vivado builds it. */
  readonly crossCheck: boolean;
  /** The model of resources that decides what fits. */
  readonly model: ResourceModel;
  readonly fifos: FifoPolicy;
  readonly mvauQueue: MvauQueue;
};

/** `finn`: FINN's estimates; `rtl`: what FINN's RTL instantiates. */
export type ResourceModel = NonNullable<Written['model']>;

/** How deep the FIFOs between layers are. */
export type FifoPolicy = DepthPolicy;

/** `deep` has two places more than FINN's, which loses words. */
export type MvauQueue = NonNullable<Written['mvau_queue']>;

/**
 * Reads the section, which matches its schema; refuses the back end vivado without a version, since the version enters every
 * key.
 */
export function readToolchain(section: JsonObject): Result<Toolchain> {
  const {
    frontend = 'embedded',
    backend = 'emulated',
    vivado,
    'cross-check': crossCheck = true,
    model = 'rtl',
    fifos = 33,
    mvau_queue: mvauQueue = 'deep',
  } = section as Written;
  const version = vivado === undefined ? null : String(vivado);
  if (backend === 'vivado' && !new RegExp(vivadoVersion).test(version ?? '')) {
    const message = 'the back end vivado requires the version that builds, since it enters every key';
    return failure(
      problem('config/no-vivado-version', message, {
        at: [],
        hint: 'add vivado: 2024.2, or the version you have',
      }),
    );
  }
  return success({
    frontend,
    backend,
    vivado: version,
    crossCheck,
    model,
    fifos: policyOf(fifos),
    mvauQueue,
  });
}

function policyOf(written: NonNullable<Written['fifos']>): FifoPolicy {
  switch (written) {
    case 33:
      return { type: 'uniform' };
    case 'minimal':
      return { type: 'minimal' };
    case 'sized':
      return { type: 'sized', rate: null };
    default:
      return { type: 'sized', rate: written.target_fps };
  }
}
