import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Refusal } from '../../onnx/refusal.ts';
import { createFrameReader, type Frame } from '../protocol/frame.ts';
import { decodeRequest, encodeReply, type Reply } from '../protocol/messages.ts';
import type { EmulatedBoard } from './board.ts';

/**
 * Serves a board on a free port of the loopback interface; any number of clients, each answered in its order.
 * A client that leaves a frame unfinished for `stallMilliseconds` is cut off.
 */
export async function serveBoard(board: EmulatedBoard, stallMilliseconds: number): Promise<Server> {
  const server = createServer((socket) => {
    // A client that goes away in the middle of something is nothing the board has to complain about.
    serveClient(board, socket, stallMilliseconds).catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function serveClient(board: EmulatedBoard, socket: Socket, stallMilliseconds: number): Promise<void> {
  const reader = createFrameReader();
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  // What still comes is read and dropped: closing with unread bytes would reset the connection under the last answer.
  const end = (code: string, message: string): void => {
    ended = true;
    socket.end(encodeReply(0, board.refuse(new Refusal(code, message))));
    timer = setTimeout(() => socket.destroy(), stallMilliseconds);
  };
  const stalled = (): void => {
    end('protocol/stalled', `the rest of a frame did not come within ${String(stallMilliseconds / 1000)} s`);
  };
  try {
    // Reading on only after the answer is what holds back a client that sends faster than the board works.
    for await (const chunk of socket) {
      if (ended) continue;
      clearTimeout(timer);
      const { frames, problem } = reader.read(chunk as Uint8Array);
      for (const frame of frames) await send(socket, encodeReply(frame.request, await answer(board, frame)));
      if (problem !== null) end(problem.code, problem.message);
      else if (reader.isPartial()) timer = setTimeout(stalled, stallMilliseconds);
    }
  } finally {
    clearTimeout(timer);
  }
}

async function answer(board: EmulatedBoard, frame: Frame): Promise<Reply> {
  try {
    return await board.handle(decodeRequest(frame));
  } catch (error) {
    return board.refuse(error);
  }
}

function send(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
