import type { StageKind } from '../contracts/stage.ts';
import type { JsonObject } from '../../base/json.ts';

const duration = {
  type: 'string',
  pattern: '^\\d+(\\.\\d+)?\\s*(s|min|h)$',
  description: 'Such as 90 s, 30 min, 2 h.',
};
/** Of the tool that builds; YAML reads 2024.2 as a number. */
export const vivadoVersion = '^20\\d\\d\\.\\d$';
/** Where the server of a real board listens. */
export const defaultBoardPort = 7411;
const name = '^[A-Za-z][A-Za-z0-9_-]*$';

/** JSON Schema of pipeline.yaml with `with` left open: each kind's own schema is checked apart, for clearer errors. */
export function envelopeSchema(kinds: readonly StageKind[], boards: readonly string[]): JsonObject {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'finn-pipeline',
    type: 'object',
    required: ['version', 'stages'],
    additionalProperties: false,
    properties: { version: { const: 1 }, ...sections(kinds, boards), profiles: profiles() },
  };
}

/** The one schema that editors use: the envelope, with every kind's `with` spelled out. */
export function editorSchema(kinds: readonly StageKind[], boards: readonly string[]): JsonObject {
  const envelope = envelopeSchema(kinds, boards) as { properties: JsonObject };
  const stages = envelope.properties['stages'] as { additionalProperties: JsonObject };
  return {
    ...envelope,
    properties: {
      ...envelope.properties,
      stages: {
        ...stages,
        additionalProperties: {
          ...stages.additionalProperties,
          allOf: kinds.map(({ kind, about, schema }) => ({
            if: { properties: { kind: { const: kind } }, required: ['kind'] },
            then: { description: about, properties: { with: schema } },
          })),
        },
      },
    },
  };
}

function sections(kinds: readonly StageKind[], boards: readonly string[]): JsonObject {
  return {
    toolchain: {
      type: 'object',
      description: 'Which implementation of the front end and the back end is used.',
      additionalProperties: false,
      properties: {
        frontend: {
          enum: ['embedded', 'finn'],
          description: 'embedded: our own, Node alone; finn: FINN+ itself, in Python.',
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
          description: 'Whether FINN checks the graph of the embedded front end before Vivado builds; true.',
        },
      },
    },
    tools: {
      type: 'object',
      description: 'Where tools are on this machine; never part of a key.',
      additionalProperties: false,
      properties: {
        finn: {
          type: 'object',
          additionalProperties: false,
          properties: {
            python: { type: 'string', description: 'Python of an environment that holds FINN+ 1.6.1.' },
            image: { type: 'string', description: 'Container image that holds FINN+ 1.6.1, instead.' },
            engine: { enum: ['docker', 'podman'], description: 'What runs the image; docker.' },
            deps: {
              type: 'string',
              description: "Folder of FINN's own dependencies: finn-hlslib, board_files.",
            },
          },
        },
        vivado: {
          type: 'object',
          additionalProperties: false,
          properties: {
            path: {
              type: 'array',
              items: { type: 'string' },
              description: 'Folders of the programs vivado and vitis_hls; PATH where nothing is said.',
            },
            boards: { type: 'string', description: 'Folder of board files, for boards that Vivado lacks.' },
          },
        },
        boards: {
          type: 'object',
          additionalProperties: false,
          properties: {
            key: {
              type: 'string',
              description: "File of the cluster's key; cluster.key where nothing is said.",
            },
            'ssh-config': {
              type: 'string',
              description: "Configuration of ssh for real boards, instead of the user's own.",
            },
          },
        },
      },
    },
    target: {
      type: 'object',
      description: 'The FPGA board built for, where an item names none of its own.',
      additionalProperties: false,
      properties: {
        board: { enum: [...boards] },
        clock: {
          type: 'string',
          pattern: '^\\d+(\\.\\d+)?\\s*MHz$',
          description: 'Fabric clock, such as 100 MHz.',
        },
      },
    },
    stages: {
      type: 'object',
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
            description: 'Stages that must have succeeded first, without entering the key.',
            type: 'array',
            items: { type: 'string' },
          },
          foreach: {
            type: 'string',
            description: 'STAGE.PORT whose items are worked on one by one, or cluster.',
          },
          timeout: duration,
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
            description: `Port of the server on a real board; ${defaultBoardPort}.`,
          },
          ssh: {
            type: 'string',
            minLength: 1,
            description:
              'Where ssh finds a real board: user@host, or a name of its configuration; the address.',
          },
        },
      },
    },
  };
}

/** A profile is only looked at as a whole once it is laid over the file. */
function profiles(): JsonObject {
  const section = { type: 'object' };
  return {
    type: 'object',
    description: 'Overlays chosen by --profile; null takes an entry away.',
    propertyNames: { pattern: name },
    additionalProperties: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(
        ['toolchain', 'tools', 'target', 'stages', 'cluster'].map((name) => [name, section]),
      ),
    },
  };
}
