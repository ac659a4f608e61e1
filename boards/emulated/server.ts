import { once } from 'node:events';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import type { ClusterKey } from '../keys.ts';
import type { AnsweringBoard } from './board.ts';
import type { ClientLimits } from './client.ts';
import { serveClient } from './client.ts';
import { createPlaces } from './places.ts';

export interface ServerLimits extends ClientLimits {
  /** That have proven the key. */
  readonly connections: number;
}

/** Serves a board on a free port of the loopback interface, to clients that know the key. */
export async function serveBoard(
  board: AnsweringBoard,
  key: ClusterKey,
  limits: ServerLimits,
): Promise<Server> {
  const places = createPlaces(board.name, limits.connections);
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    // A client that disconnects at any point is not an error of the board.
    serveClient(board, key, socket, places, limits).catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
