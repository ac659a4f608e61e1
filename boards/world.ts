import { resolve } from 'node:path';
import { Refusal } from '../base/refusal.ts';
import type { Address } from './client/dial.ts';
import type { NamedBoard } from './deployment.ts';
import { emulatedKey } from './emulated/store.ts';
import type { Fields } from '../base/fields.ts';
import { fieldsOf } from '../base/fields.ts';
import type { ClusterKey } from './keys.ts';
import { readKey } from './keys.ts';

/** A board that runs as a process of this machine. */
export interface EmulatedBoard extends NamedBoard {
  readonly address: null;
}

/** A board of its own on the network. */
export interface RealBoard extends NamedBoard {
  /** Where its server listens. */
  readonly address: Address;
  /** Destination by which ssh finds it. */
  readonly ssh: string;
}

export type ClusterBoard = EmulatedBoard | RealBoard;

/** Where the machine keeps what it needs to reach real boards. */
export interface BoardTools {
  /** Absolute path of the cluster's key. */
  readonly key: string;
  /** Absolute path of a configuration of ssh; null for the user's own. */
  readonly sshConfig: string | null;
}

/** Reads a board of the cluster; refuses a name that could not be a directory. */
export function clusterBoard(fields: Fields): ClusterBoard {
  const [name, type] = [fields.text('name'), fields.text('type')];
  if (!/^\w[\w.-]*$/.test(name))
    throw new Refusal(
      'board/illegal-name',
      `"${name}" cannot be the name of a board`,
      'use letters, digits, -, _ and .',
    );

  if (fields.flag('emulated')) return { name, type, address: null };
  const address = fields.object('address');
  return {
    name,
    type,
    address: { host: address.text('host'), port: address.count('port') },
    ssh: fields.text('ssh'),
  };
}

/** The fields of what an effect acts on. */
export function worldFields(world: unknown): Fields {
  return fieldsOf(world, 'what the stage acts on', 'builtin/bad-job');
}

/** Reads `tools.boards` of the file, which stands in `world` with the folder of the project that its paths are relative to. */
export function boardTools(world: Fields): BoardTools {
  const project = world.text('project');
  const tools = world.object('tools');
  const written = tools.has('boards') ? tools.object('boards') : null;
  const path = (name: string): string | null =>
    written?.has(name) === true ? resolve(project, written.text(name)) : null;
  return { key: path('key') ?? resolve(project, 'cluster.key'), sshConfig: path('ssh-config') };
}

/** Gives the key of a board: real ones have that of their cluster, which somebody made, emulated ones that of the project. */
export function keysIn(world: Fields): (board: ClusterBoard) => Promise<ClusterKey> {
  return ({ address }) =>
    address === null ? emulatedKey(world.text('boardsDir')) : readKey(boardTools(world).key);
}
