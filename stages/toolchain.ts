import type { FromSchema } from 'json-schema-to-ts';
import { problem } from '../base/diagnostic.ts';
import type { JsonObject } from '../base/json.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';

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
};

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
  return success({ frontend, backend, vivado: version, crossCheck });
}
