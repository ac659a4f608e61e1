import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { Refusal } from '../../base/refusal.ts';
import type { ClusterKey } from '../keys.ts';
import { decodeRequest, encodeReply } from '../protocol/codec.ts';
import type { ReceivedFrame } from '../protocol/frame.ts';
import { createFrameReader } from '../protocol/frame.ts';
import { awaitClient } from '../protocol/handshake.ts';
import type { Reply, Request } from '../protocol/messages.ts';
import type { Session } from '../protocol/session.ts';
import type { EmulatedBoard } from './board.ts';

export interface ServerLimits {
  /** How long a client may take for the rest of a frame. */
  readonly stallMilliseconds: number;
  /** How long a client may take to prove that it knows the key. */
  readonly greetingMilliseconds: number;
  readonly connections: number;
}

/** How many LOAD, INFER, FORWARD and UNLOAD of one connection may be waiting for their answers. */
export const requestWindow = 4;

/** Serves a board on a free port of the loopback interface, to clients that know the key. */
export async function serveBoard(
  board: EmulatedBoard,
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
    // A client that goes away in the middle of something is nothing the board has to complain about.
    serveClient(board, key, socket, limits).catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function serveClient(
  board: EmulatedBoard,
  key: ClusterKey,
  socket: Socket,
  limits: ServerLimits,
): Promise<void> {
  const reader = createFrameReader();
  const greet = awaitClient(key, board.name, requestWindow);
  let session: Session | null = null;
  let inWork = 0;
  let ended = false;

  const send = (request: number, reply: Reply): boolean =>
    !socket.writable || socket.write(encodeReply(request, reply, session?.seal ?? null));
  // What still comes is read and dropped: closing with unread bytes would reset the connection under the last answer.
  const end = (error: unknown): void => {
    if (ended) return;
    ended = true;
    send(0, board.refuse(error));
    socket.end();
    timer = setTimeout(() => socket.destroy(), limits.stallMilliseconds);
  };
  const endWith = (code: string, message: string) => () => end(new Refusal(code, message));
  const stalled = endWith(
    'protocol/stalled',
    `the rest of a frame did not come within ${limits.stallMilliseconds / 1000} s`,
  );
  const silent = endWith(
    'auth/required',
    `no proof of the key came within ${limits.greetingMilliseconds / 1000} s`,
  );
  const greeting = setTimeout(silent, limits.greetingMilliseconds);
  let timer: NodeJS.Timeout | undefined;

  const take = async (frame: ReceivedFrame): Promise<void> => {
    if (session === null) {
      const { bytes, session: opened } = greet(frame);
      socket.write(bytes);
      session = opened;
      if (session === null) return;
      clearTimeout(greeting);
      reader.trust();
      return;
    }
    if (!session.accepts(frame))
      throw new Refusal(
        'auth/bad-frame',
        'a frame arrived that the client did not send at this point of the session',
        'somebody changes what is on the network',
      );

    const request = understood(frame);
    if (request.type === 'error' || !isWork(request)) {
      // Reading on only after the answer has left is what holds back a client that asks faster than it listens.
      const reply = request.type === 'error' ? board.refuse(request.error) : await board.handle(request);
      if (!send(frame.request, reply)) await once(socket, 'drain');
      return;
    }
    if (inWork === requestWindow) {
      send(frame.request, board.refuse(busy(board.name)));
      return;
    }
    inWork++;
    void board.handle(request).then((reply) => {
      inWork--;
      send(frame.request, reply);
    });
  };
  const read = async (chunk: Uint8Array): Promise<void> => {
    const { frames, problem } = reader.read(chunk);
    for (const frame of frames) await take(frame);
    if (problem !== null) throw new Refusal(problem.code, problem.message);
    if (reader.isPartial()) timer = setTimeout(stalled, limits.stallMilliseconds);
  };
  try {
    for await (const chunk of socket) {
      if (ended) continue;
      clearTimeout(timer);
      await read(chunk as Uint8Array).catch(end);
    }
  } finally {
    clearTimeout(timer);
    clearTimeout(greeting);
  }
}

function understood(frame: ReceivedFrame): Request | { readonly type: 'error'; readonly error: unknown } {
  try {
    return decodeRequest(frame);
  } catch (error) {
    return { type: 'error', error };
  }
}

/** Whether it has to wait for its turn. */
function isWork({ type }: Request): boolean {
  return type === 'load' || type === 'infer' || type === 'forward' || type === 'unload';
}

function busy(name: string): Refusal {
  return new Refusal(
    'board/busy',
    `${name} takes ${requestWindow} requests of a connection at a time`,
    'wait for an answer first',
  );
}
