import type { BoardConnection } from '../boards/client/connection.ts';
import { connectBoard } from '../boards/client/connection.ts';
import type { Address } from '../boards/client/dial.ts';
import { launchEmulatedBoard } from '../boards/emulated/launch.ts';
import type { ClusterKey } from '../boards/keys.ts';
import { emulatedFolder } from '../boards/world.ts';
import type { LocalPaths } from '../core/contracts/world.ts';
import type { ClusterBoard } from '../core/contracts/board.ts';

export interface OpenCluster {
  /** Open connections by board name; each owns its board. */
  readonly boards: ReadonlyMap<string, BoardConnection>;
  /** Releases real boards, ends emulated ones, and resolves when that is done. */
  readonly close: () => Promise<void>;
}

type Paths = Pick<LocalPaths, 'boardsDir' | 'emulatedBoard'>;

/** Starts the emulated boards, connects to every board and acquires it. If one fails, all are released again. */
export async function openCluster(
  boards: readonly ClusterBoard[],
  paths: Paths,
  keyOf: (board: ClusterBoard) => Promise<ClusterKey>,
): Promise<OpenCluster> {
  const connections = new Map<string, BoardConnection>();
  const ends: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(ends.map((end) => end()));
  };
  const open = async (board: ClusterBoard): Promise<void> => {
    const { name } = board;
    const key = await keyOf(board);
    const address = board.address ?? (await launch(board, key, paths, ends));
    const connection = await connectBoard(name, address, key, connectSeconds);
    connections.set(name, connection);
    const isReal = board.address !== null;
    ends.push(() => giveBack(connection, isReal));
    await connection.acquire(isReal ? realLeaseSeconds : emulatedLeaseSeconds, connectSeconds);
  };
  const opened = await Promise.allSettled(boards.map(open));
  const failed = opened.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return { boards: connections, close };
  await close();
  throw failed.reason;
}

const startSeconds = 30;
const connectSeconds = 10;
/** The longest allowed: one image can keep an emulated board busy for seconds, during which it renews no lease. */
const emulatedLeaseSeconds = 60;
/** How long a killed run blocks a board; long enough for what this program computes between two renewals. */
const realLeaseSeconds = 30;

async function launch(
  { name, type }: ClusterBoard,
  key: ClusterKey,
  paths: Paths,
  ends: (() => Promise<void>)[],
): Promise<Address> {
  const launched = await launchEmulatedBoard(
    { script: paths.emulatedBoard, directory: emulatedFolder(paths, name), name, type, key },
    startSeconds,
  );
  ends.push(launched.stop);
  return launched.address;
}

async function giveBack(connection: BoardConnection, isReal: boolean): Promise<void> {
  // A lease that cannot be released ends by itself; on an emulated board it ends with the board.
  if (isReal && connection.isOpen() && connection.lease() !== '')
    await connection.release(connectSeconds).catch(() => undefined);
  connection.close();
}
