import type { FromSchema } from 'json-schema-to-ts';
import type { RealBoard } from '../../core/contracts/board.ts';

export const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    keep: {
      type: 'integer',
      minimum: 0,
      description: 'How many packages of earlier deployments stay on a board; 12 by default.',
    },
  },
} as const;

export type DeployParams = FromSchema<typeof schema>;

/** The parameters of the work. Board and cluster are here for the key; the work acts on those of its world. */
export type DeployJob = DeployParams & {
  readonly board: (NamedBoard & { readonly address: RealBoard['address'] | null }) | null;
  readonly boards: readonly NamedBoard[];
};

interface NamedBoard {
  readonly name: string;
  readonly type: string;
}
