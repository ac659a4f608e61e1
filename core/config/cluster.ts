import { isIP } from 'node:net';
import type { Registry } from '../contracts/registry.ts';
import type { ClusterBoard } from '../contracts/stage.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { JsonObject } from '../../base/json.ts';
import type { ConfigDocument } from './document.ts';
import { defaultBoardPort } from './schema.ts';

/** The boards of the file, in its order. */
export function clusterOf(value: JsonObject, registry: Registry): readonly ClusterBoard[] {
  return Object.entries(writtenBoards(value)).map(([name, { board, address, port, ssh }]) => ({
    name,
    type: board,
    part: registry.boards.get(board)!.part,
    resources: registry.boards.get(board)!.resources,
    address: address === undefined ? null : { host: address, port: port ?? defaultBoardPort },
    ssh: address === undefined ? null : (ssh ?? address),
    emulated: address === undefined,
  }));
}

/** Boards whose keys contradict each other, and addresses that are none. */
export function clusterMistakes(document: ConfigDocument): readonly Diagnostic[] {
  return Object.entries(writtenBoards(document.value)).flatMap(([name, board]) => [
    ...withoutAddress(name, board, document),
    ...badAddress(name, board, document),
  ]);
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
    .map((key) => ({
      code: 'config/no-address',
      severity: 'error' as const,
      message: `"cluster.${name}" has "${key}" but no "address", and so is emulated`,
      place: document.place(['cluster', name, key], 'key'),
      hint: `add the address of the board, or take "${key}" away`,
    }));
}

function badAddress(
  name: string,
  { address }: WrittenBoard,
  document: ConfigDocument,
): readonly Diagnostic[] {
  if (address === undefined || isIP(address) !== 0 || /^\w[\w.-]*$/.test(address)) return [];
  return [
    {
      code: 'config/bad-address',
      severity: 'error',
      message: `"cluster.${name}.address" is neither a name nor a numeric address: "${address}"`,
      place: document.place(['cluster', name, 'address']),
      hint: addressHint(address),
    },
  ];
}

function addressHint(address: string): string {
  const [, host, port] = /^([^:@]+|\[.+\]):(\d+)$/.exec(address) ?? [];
  if (host !== undefined && port !== undefined)
    return `the port stands by itself: address: ${host.replace(/^\[|\]$/g, '')}, port: ${port}`;
  if (address.includes('@')) return 'the user is for ssh alone: ssh: USER@HOST beside the address';
  return 'such as 10.0.0.7, fe80::1%eth0 or zed0.lab';
}
