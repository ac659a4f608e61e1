import { connect as connectSocket, type Socket } from 'node:net';
import { Refusal } from '../../onnx/refusal.ts';
import { createFrameReader } from '../protocol/frame.ts';
import {
  decodeReply,
  encodeRequest,
  type Inferred,
  type Loaded,
  type Place,
  type Reply,
  type Request,
  type Status,
} from '../protocol/messages.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** One connection to a board. Whatever goes wrong is a `Refusal` that names the board; none waits beyond its deadline. */
export interface BoardConnection {
  readonly name: string;
  readonly load: (place: Place, deadlineSeconds: number) => Promise<Loaded>;
  /** `packed` holds the images one after the other, each as its boundary says. */
  readonly infer: (
    batch: Place & { readonly images: number; readonly packed: Uint8Array },
    deadlineSeconds: number,
  ) => Promise<Inferred>;
  readonly status: (deadlineSeconds: number) => Promise<Status>;
  readonly close: () => void;
}

/** Connects to the board `name`; refuses with `board/unreachable` when that fails or takes longer than the deadline. */
export async function connectBoard(
  name: string,
  address: Address,
  deadlineSeconds: number,
): Promise<BoardConnection> {
  const where = `${address.host}:${String(address.port)}`;
  const socket = connectSocket({ host: address.host, port: address.port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(
        new Refusal(
          'board/unreachable',
          `${name} cannot be reached at ${where}: ${reason}`,
          'is the board running?',
        ),
      );
    };
    const timer = setTimeout(
      () => fail(`no answer within ${String(deadlineSeconds)} s`),
      deadlineSeconds * 1000,
    );
    socket.once('error', (error) => fail(error.message));
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve();
    });
  });
  return conversation(name, socket);
}

interface Waiting {
  readonly what: Request['type'];
  readonly resolve: (reply: Reply) => void;
  readonly reject: (refusal: Refusal) => void;
}

function conversation(name: string, socket: Socket): BoardConnection {
  const reader = createFrameReader();
  const waiting = new Map<number, Waiting>();
  let nextRequest = 1;
  let failure: Refusal | null = null;

  // After the first failure the connection is of no more use: what an answer belongs to could no longer be told.
  const fail = (refusal: Refusal): void => {
    failure ??= refusal;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
    socket.destroy();
  };
  const closed = (reason: string): void => {
    const asked = [...waiting.values()].map(({ what }) => what.toUpperCase());
    const during = asked.length === 0 ? '' : ` before it answered ${asked.join(', ')}`;
    fail(
      new Refusal(
        'board/closed',
        `the connection to ${name} ended${during}${reason}`,
        'is the board still running?',
      ),
    );
  };
  socket.on('data', (chunk) => {
    const { frames, problem } = reader.read(chunk);
    try {
      for (const frame of frames) {
        const reply = decodeReply(frame);
        const asked = waiting.get(frame.request);
        waiting.delete(frame.request);
        if (asked !== undefined) asked.resolve(reply);
        else if (reply.type === 'error') fail(refusalOf(name, reply));
      }
      if (problem !== null) fail(new Refusal(problem.code, `${name}: ${problem.message}`));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      fail(new Refusal(error.code, `${name}: ${error.message}`));
    }
  });
  socket.on('error', (error) => closed(`: ${error.message}`));
  socket.on('close', () => closed(''));

  const ask = <T extends Reply['type']>(
    request: Request,
    expected: T,
    deadlineSeconds: number,
  ): Promise<Extract<Reply, { readonly type: T }>> =>
    new Promise((resolve, reject) => {
      if (failure !== null) return reject(failure);
      const id = nextRequest++;
      const timer = setTimeout(() => {
        const message = `${name} did not answer ${request.type.toUpperCase()} within ${String(deadlineSeconds)} s`;
        fail(new Refusal('board/deadline', message));
      }, deadlineSeconds * 1000);
      waiting.set(id, {
        what: request.type,
        resolve: (reply) => {
          clearTimeout(timer);
          if (isReply(reply, expected)) resolve(reply);
          else if (reply.type === 'error') reject(refusalOf(name, reply));
          else
            reject(
              new Refusal('protocol/unexpected-reply', `${name} answered ${request.type} with ${reply.type}`),
            );
        },
        reject: (refusal) => {
          clearTimeout(timer);
          reject(refusal);
        },
      });
      socket.write(encodeRequest(id, request));
    });

  return {
    name,
    load: (place, deadlineSeconds) => ask({ type: 'load', ...place }, 'loaded', deadlineSeconds),
    infer: (batch, deadlineSeconds) => ask({ type: 'infer', ...batch }, 'inferred', deadlineSeconds),
    status: (deadlineSeconds) => ask({ type: 'status' }, 'status', deadlineSeconds),
    close: () => closed(', closed from this side'),
  };
}

function isReply<T extends Reply['type']>(
  reply: Reply,
  type: T,
): reply is Extract<Reply, { readonly type: T }> {
  return reply.type === type;
}

// The board names itself where it matters; the prefix says who spoke also where the message is about a package.
function refusalOf(name: string, reply: Reply & { readonly type: 'error' }): Refusal {
  const message = reply.message.includes(name) ? reply.message : `${name}: ${reply.message}`;
  return new Refusal(reply.code, message, reply.hint === '' ? undefined : reply.hint);
}
