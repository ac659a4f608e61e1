import { join } from 'node:path';
import { type BoardConnection, connectBoard } from '../boards/client/connection.ts';
import type { NamedBoard } from '../boards/deployment.ts';
import { launchEmulatedBoard } from '../boards/emulated/launch.ts';
import type { ClusterKey } from '../boards/keys.ts';

export interface EmulatedCluster {
  /** Open connections by board name; each owns its board. */
  readonly boards: ReadonlyMap<string, BoardConnection>;
  /** Ends every board and resolves when they are gone. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts an emulated board per entry, with its state in `boardsDir/NAME`, connects to each and acquires it. `script` is the bundled boards/emulated/main.ts. If one fails, the others are
 * stopped again.
 */
export async function startEmulatedCluster(
  boards: readonly NamedBoard[],
  boardsDir: string,
  script: string,
  key: ClusterKey,
): Promise<EmulatedCluster> {
  const connections = new Map<string, BoardConnection>();
  const ends: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const connection of connections.values()) connection.close();
    await Promise.all(ends.map((end) => end()));
  };
  const started = await Promise.allSettled(
    boards.map(async ({ name, type }) => {
      const board = await launchEmulatedBoard(
        { script, directory: join(boardsDir, name), name, type, key },
        startSeconds,
      );
      ends.push(board.stop);
      const connection = await connectBoard(name, board.address, key, connectSeconds);
      connections.set(name, connection);
      await connection.acquire(leaseSeconds, connectSeconds);
    }),
  );
  const failed = started.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return { boards: connections, stop };
  await stop();
  throw failed.reason;
}

const startSeconds = 30;
const connectSeconds = 10;
// The longest there is: one image can keep an emulated board busy for seconds, in which it renews no lease.
const leaseSeconds = 60;
