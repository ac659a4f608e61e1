import { once } from 'node:events';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { Refusal } from '../../base/refusal.ts';
import type { ClusterKey } from '../keys.ts';
import { encodeReply } from '../protocol/codec.ts';
import type { AnsweringBoard } from './board.ts';
import type { ClientLimits } from './client.ts';
import { serveClient } from './client.ts';

export interface ServerLimits extends ClientLimits {
  readonly connections: number;
}

/** Serves a board on a free port of the loopback interface, to clients that know the key. */
export async function serveBoard(
  board: AnsweringBoard,
  key: ClusterKey,
  limits: ServerLimits,
): Promise<Server> {
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    if (connections === limits.connections) {
      const refusal = new Refusal(
        'board/too-many-clients',
        `${board.name} serves at most ${limits.connections} connections`,
        'close those that are not needed',
      );
      socket.resume().end(encodeReply(0, board.refuse(refusal), null));
      socket.setTimeout(limits.stallMilliseconds, () => socket.destroy());
      return;
    }
    connections++;
    socket.on('close', () => connections--);
    // A client that disconnects at any point is not an error of the board.
    serveClient(board, key, socket, limits).catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
