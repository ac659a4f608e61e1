import type { StageKind } from '../contracts/stage.ts';
import type { JsonObject } from '../../base/json.ts';
import { amountsSchema } from './amounts.ts';

const duration = {
  type: 'string',
  pattern: '^\\d+(\\.\\d+)?\\s*(s|min|h)$',
  description: 'Such as 90 s, 30 min, 2 h.',
};
/** The port on which the server of a real board listens. */
export const defaultBoardPort = 7411;
const cachePlace = {
  type: 'string',
  pattern: '^[^\\u0000]+$',
  description: 'The folder of the results, relative to this file or absolute; ~/ is the home folder.',
};
const remoteCache = {
  type: 'object',
  description: 'A server that keeps results for several machines, as the HTTP caches of build tools do.',
  required: ['url'],
  additionalProperties: false,
  properties: {
    url: {
      type: 'string',
      pattern: '^https?://[^\\s@?#]+$',
      description:
        'Where ac/ and cas/ begin, such as https://cache.example/finn. No password: see PIPELINE_REMOTE_CACHE_AUTHORIZATION.',
    },
    write: {
      enum: ['never', 'ci', 'always'],
      description: 'Who sends results to it: no one, only jobs of CI (by default), or every run.',
    },
  },
};
const name = '^[A-Za-z][A-Za-z0-9_-]*$';

/** Neither the user nor the host may look like an option, nor hold what a shell of the user's ssh configuration would expand. */
const sshDestination = '^(ssh://)?([\\w.+\\\\][\\w.+\\\\-]*@)?[\\w.\\[:][\\w.:%\\]-]*/?$';

/** The keys at the top of the file that a profile may hold. */
export const profileSections: readonly string[] = [
  'resources',
  'toolchain',
  'tools',
  'target',
  'stages',
  'cluster',
  'cache',
  'remote_cache',
];

/** The parts of the schema that come from other rooms. */
export interface SchemaParts {
  readonly kinds: readonly StageKind[];
  /** Names of the board types. */
  readonly boards: readonly string[];
  /** Schemas of the sections that the engine passes on unread. */
  readonly sections: { readonly toolchain: JsonObject; readonly tools: JsonObject };
}

/** JSON Schema of pipeline.yaml with `with` left open: each kind's own schema is checked separately, for clearer errors. */
export function envelopeSchema(parts: SchemaParts): JsonObject {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'finn-pipeline',
    type: 'object',
    required: ['version', 'stages'],
    additionalProperties: false,
    properties: { version: { const: 1 }, ...sections(parts), profiles: profiles() },
    patternProperties: { '^x-': { description: 'Not read: a place for values with anchors.' } },
  };
}

/** The schema for editors: the envelope with every kind's `with` included. */
export function editorSchema(parts: SchemaParts): JsonObject {
  const envelope = envelopeSchema(parts) as { properties: JsonObject };
  const stages = envelope.properties['stages'] as { additionalProperties: JsonObject };
  return {
    ...envelope,
    properties: {
      ...envelope.properties,
      stages: {
        ...stages,
        additionalProperties: {
          ...stages.additionalProperties,
          allOf: parts.kinds.map(({ kind, about, schema }) => ({
            if: { properties: { kind: { const: kind } }, required: ['kind'] },
            then: { description: about, properties: { with: schema } },
          })),
        },
      },
    },
  };
}

function sections({ kinds, boards, sections: others }: SchemaParts): JsonObject {
  return {
    ...others,
    cache: cachePlace,
    remote_cache: remoteCache,
    resources: amountsSchema(
      'What actions share: cores, memory, and pools by name, such as seats of vivado; not part of any key.',
    ),
    target: {
      type: 'object',
      description: 'The FPGA board to build for, unless an item names its own.',
      additionalProperties: false,
      properties: {
        board: { enum: [...boards] },
        clock: {
          type: 'string',
          pattern: '^\\d+(\\.\\d+)?\\s*MHz$',
          description: 'Fabric clock, such as 100 MHz.',
        },
        boardPart: {
          type: 'string',
          pattern: '^[^\\s:]+:[^\\s:]+:[^\\s:]+:[^\\s:]+$',
          description:
            "Vivado's name of the board definition, such as avnet.com:zedboard:part0:1.4; the first that this Vivado has by default.",
        },
      },
    },
    stages: {
      type: 'object',
      description: 'The stages by name, at least one, such as check: {kind: shell, with: {…}}.',
      minProperties: 1,
      propertyNames: { pattern: name },
      additionalProperties: {
        type: 'object',
        required: ['kind'],
        additionalProperties: false,
        properties: {
          kind: { enum: kinds.map(({ kind }) => kind) },
          needs: {
            type: 'object',
            description: 'Input port: STAGE or STAGE.PORT.',
            propertyNames: { pattern: name },
            additionalProperties: { type: 'string' },
          },
          after: {
            description: 'Stages that must succeed first; not part of the key.',
            type: 'array',
            items: { type: 'string' },
          },
          foreach: {
            type: 'string',
            description: 'STAGE.PORT whose items are processed one by one, or cluster.',
          },
          timeout: duration,
          save: {
            type: 'string',
            minLength: 1,
            pattern: '^[^\\u0000]+$',
            description:
              'A folder of the project that gets copies of the results after each run; not part of the key.',
          },
          uses: amountsSchema('What one action takes of the resources while it runs; not part of the key.'),
          with: { type: 'object' },
        },
      },
    },
    cluster: {
      type: 'object',
      description: 'The boards by name, in the order in which they take submodels.',
      propertyNames: { pattern: name },
      additionalProperties: {
        type: 'object',
        required: ['board'],
        additionalProperties: false,
        properties: {
          board: { enum: [...boards] },
          address: {
            type: 'string',
            minLength: 1,
            description: 'Host of a real board; without it the board is emulated.',
          },
          port: {
            type: 'integer',
            minimum: 1,
            maximum: 65535,
            description: `Port of the server on a real board; ${defaultBoardPort} by default.`,
          },
          ssh: {
            type: 'string',
            pattern: sshDestination,
            description:
              'SSH destination of a real board: user@host, or a name from the SSH configuration; the address by default.',
          },
        },
      },
    },
  };
}

/** A profile is checked as a whole only after it is applied to the file. */
function profiles(): JsonObject {
  const section = { type: 'object' };
  return {
    type: 'object',
    description: 'Overlays chosen by --profile; null removes an entry.',
    propertyNames: { pattern: name },
    additionalProperties: {
      type: 'object',
      additionalProperties: false,
      properties: {
        ...Object.fromEntries(profileSections.map((name) => [name, section])),
        cache: cachePlace,
      },
    },
  };
}
