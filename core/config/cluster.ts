import { isIP } from 'node:net';
import { defined } from '../../base/defined.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { JsonObject } from '../../base/json.ts';
import type { PlannedStage } from '../contracts/plan.ts';
import type { Registry } from '../contracts/registry.ts';
import type { ClusterBoard } from '../contracts/board.ts';
import type { ConfigDocument } from './document.ts';
import { defaultBoardPort } from './schema.ts';

/** The boards of the file, in its order. */
export function clusterOf(value: JsonObject, registry: Registry): readonly ClusterBoard[] {
  return Object.entries(writtenBoards(value)).map(([name, { board, address, port, ssh }]): ClusterBoard => {
    const { part, resources } = defined(registry.boards.get(board), 'the schema admits known boards only');
    const named = { name, type: board, part, resources };
    if (address === undefined) return { ...named, address: null, ssh: null, emulated: true };
    return {
      ...named,
      address: { host: address, port: port ?? defaultBoardPort },
      ssh: ssh ?? address,
      emulated: false,
    };
  });
}

/** A second stage that would change the boards of the cluster. */
export function twoDeployments(
  stages: readonly PlannedStage[],
  document: ConfigDocument,
): readonly Diagnostic[] {
  const [first, second] = stages.filter(({ foreach }) => foreach?.type === 'cluster');
  if (first === undefined || second === undefined) return [];
  const message = `"${first.name}" and "${second.name}" would both change the boards of the cluster`;
  const hint = 'the boards can hold one deployment; use a profile for another';
  return [
    problem('config/two-deployments', message, {
      place: document.place(['stages', second.name], 'key'),
      hint,
    }),
  ];
}

/** A stage that runs once per board, although there are no boards. */
export function noCluster(stages: readonly PlannedStage[], document: ConfigDocument): readonly Diagnostic[] {
  const lonely = stages.find(({ foreach }) => foreach?.type === 'cluster');
  if (lonely === undefined || Object.keys(writtenBoards(document.value)).length > 0) return [];
  return [
    problem('config/no-cluster', `"${lonely.name}" runs once per board, but the file names no boards`, {
      place: document.place(['stages', lonely.name, 'foreach']),
      hint: 'add cluster: {zed0: {board: zedboard}}',
    }),
  ];
}

/** Boards whose keys contradict each other, invalid addresses, and boards that share one. */
export function clusterMistakes(document: ConfigDocument): readonly Diagnostic[] {
  const boards = Object.entries(writtenBoards(document.value));
  return [
    ...boards.flatMap(([name, board]) => [
      ...withoutAddress(name, board, document),
      ...badAddress(name, board, document),
    ]),
    ...sharedAddresses(boards, document),
  ];
}

interface WrittenBoard {
  readonly board: string;
  readonly address?: string;
  readonly port?: number;
  readonly ssh?: string;
}

function writtenBoards(value: JsonObject): { readonly [name: string]: WrittenBoard } {
  return (value['cluster'] ?? {}) as unknown as { readonly [name: string]: WrittenBoard };
}

/** Keys of a board that only a real one can have. */
function withoutAddress(name: string, board: WrittenBoard, document: ConfigDocument): readonly Diagnostic[] {
  return (['port', 'ssh'] as const)
    .filter((key) => board[key] !== undefined && board.address === undefined)
    .map((key) =>
      problem('config/no-address', `"cluster.${name}" has "${key}" but no "address", and so is emulated`, {
        place: document.place(['cluster', name, key], 'key'),
        hint: `add the address of the board, or remove "${key}"`,
      }),
    );
}

function badAddress(
  name: string,
  { address }: WrittenBoard,
  document: ConfigDocument,
): readonly Diagnostic[] {
  if (address === undefined || isIP(address) !== 0 || /^\w[\w.-]*$/.test(address)) return [];
  const message = `"cluster.${name}.address" is neither a name nor a numeric address: "${address}"`;
  const place = document.place(['cluster', name, 'address']);
  return [problem('config/bad-address', message, { place, hint: addressHint(address) })];
}

/** A server is one board: with two names it would get two submodels, and keep the last. */
function sharedAddresses(
  boards: readonly (readonly [name: string, board: WrittenBoard])[],
  document: ConfigDocument,
): readonly Diagnostic[] {
  const owners = new Map<string, string>();
  return boards.flatMap(([name, { address, port = defaultBoardPort }]) => {
    if (address === undefined) return [];
    const server = `${address.toLowerCase()} port ${port}`;
    const owner = owners.get(server);
    owners.set(server, owner ?? name);
    if (owner === undefined) return [];
    const message = `"cluster.${name}" and "cluster.${owner}" have one address, ${server}`;
    const place = document.place(['cluster', name, 'address']);
    const hint = 'give each board its own address, or its own port; leave out a board that you do not have';
    return [problem('config/shared-address', message, { place, hint })];
  });
}

function addressHint(address: string): string {
  const [, host, port] = /^([^:@]+|\[.+\]):(\d+)$/.exec(address) ?? [];
  if (host !== undefined && port !== undefined)
    return `the port has its own key: address: ${host.replace(/^\[|\]$/g, '')}, port: ${port}`;
  if (address.includes('@')) return 'only ssh takes a user: add ssh: USER@HOST next to the address';
  return 'such as 10.0.0.7, fe80::1%eth0 or zed0.lab';
}
