import { Refusal } from '../../base/refusal.ts';
import type { ClusterKey } from '../keys.ts';
import { decodeReply, encodeRequest } from '../protocol/codec.ts';
import type { ReceivedFrame } from '../protocol/frame.ts';
import type {
  Batch,
  Forwarded,
  Hop,
  Inferred,
  Listed,
  Loaded,
  Metrics,
  Place,
  Reply,
  Request,
  Status,
} from '../protocol/messages.ts';
import type { Address, OpenLine } from './dial.ts';
import { dialBoard, named, onFrames, toldBy } from './dial.ts';

export type { Address } from './dial.ts';

/**
 * One connection to a board. Requests may be sent before earlier ones are answered. Whatever goes wrong is a `Refusal`
 * that names the board; none waits beyond its deadline.
 */
export interface BoardConnection {
  readonly name: string;
  readonly address: Address;
  /** How many LOAD, INFER, FORWARD and UNLOAD the board takes before it has answered the first. */
  readonly window: number;
  readonly status: (deadlineSeconds: number) => Promise<Status>;
  /** Becomes the owner of the board, and stays it until `release`, `close` or the end of this process; gives the lease. */
  readonly acquire: (leaseSeconds: number, deadlineSeconds: number) => Promise<string>;
  /** Uses the lease of somebody else, who keeps it alive. */
  readonly borrow: (lease: string) => void;
  readonly release: (deadlineSeconds: number) => Promise<void>;
  /** The lease that requests carry; '' before `acquire`. */
  readonly lease: () => string;
  readonly list: (deadlineSeconds: number) => Promise<Listed>;
  readonly metrics: (deadlineSeconds: number) => Promise<Metrics>;
  readonly load: (place: Place, deadlineSeconds: number) => Promise<Loaded>;
  readonly infer: (batch: Place & Batch, deadlineSeconds: number) => Promise<Inferred>;
  /** As `infer`, but the results go on to the boards of the route, and those of the last one come back. */
  readonly forward: (
    batch: Place & Batch & { readonly route: readonly Hop[] },
    deadlineSeconds: number,
  ) => Promise<Forwarded>;
  readonly unload: (deadlineSeconds: number) => Promise<void>;
  /** Whether nothing has ended it yet. */
  readonly isOpen: () => boolean;
  readonly close: () => void;
}

/** Connects to the board `name` and greets it; refuses as `dialBoard` does. */
export async function connectBoard(
  name: string,
  address: Address,
  key: ClusterKey,
  deadlineSeconds: number,
): Promise<BoardConnection> {
  return conversation(name, address, await dialBoard(name, address, key, deadlineSeconds));
}

interface Waiting {
  readonly what: Request['type'];
  readonly resolve: (reply: Reply) => void;
  readonly reject: (refusal: Refusal) => void;
}

function conversation(name: string, address: Address, line: OpenLine): BoardConnection {
  const { socket, reader, session, window } = line;
  const waiting = new Map<number, Waiting>();
  let nextRequest = 1;
  let failure: Refusal | null = null;
  let lease = '';
  let heartbeat: NodeJS.Timeout | undefined;

  // After the first failure the connection is of no more use: what an answer belongs to could no longer be told.
  const fail = (refusal: Refusal): void => {
    failure ??= refusal;
    clearInterval(heartbeat);
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
  const take = (frame: ReceivedFrame): void => {
    if (!session.accepts(frame))
      throw new Refusal(
        'auth/bad-frame',
        'a frame arrived that the board did not send at this point of the session',
        'somebody changes what is on the network',
      );

    const reply = decodeReply(frame);
    const asked = waiting.get(frame.request);
    waiting.delete(frame.request);
    if (asked !== undefined) asked.resolve(reply);
    else if (reply.type === 'error') throw toldBy(name, reply);
  };
  onFrames(socket, reader, take, (refusal) => fail(named(name, refusal)));
  socket.on('error', (error) => closed(`: ${error.message}`));
  socket.on('close', () => closed(''));

  const ask = <T extends Reply['type']>(
    request: Request,
    expected: T,
    deadlineSeconds: number,
  ): Promise<Extract<Reply, { readonly type: T }>> =>
    new Promise((resolve, reject) => {
      if (failure !== null) {
        reject(failure);
        return;
      }
      const id = nextRequest++;
      const timer = setTimeout(() => {
        const message = `${name} did not answer ${request.type.toUpperCase()} within ${deadlineSeconds} s`;
        fail(new Refusal('board/deadline', message));
      }, deadlineSeconds * 1000);
      waiting.set(id, {
        what: request.type,
        resolve: (reply) => {
          clearTimeout(timer);
          if (isReply(reply, expected)) resolve(reply);
          else if (reply.type === 'error') reject(toldBy(name, reply));
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
      socket.write(encodeRequest(id, request, session.seal));
    });

  const acquire: BoardConnection['acquire'] = async (seconds, deadlineSeconds) => {
    const granted = await ask({ type: 'lease', lease, seconds }, 'leased', deadlineSeconds);
    lease = granted.lease;
    clearInterval(heartbeat);
    // Three beats a lease: one may be lost, and one late. What a refused beat means, the next request is told.
    const beat = (): void => {
      ask({ type: 'lease', lease, seconds }, 'leased', seconds).catch(() => clearInterval(heartbeat));
    };
    heartbeat = setInterval(beat, (granted.seconds * 1000) / 3);
    return lease;
  };
  const release: BoardConnection['release'] = async (deadlineSeconds) => {
    clearInterval(heartbeat);
    const returned = lease;
    lease = '';
    await ask({ type: 'release', lease: returned }, 'released', deadlineSeconds);
  };

  return {
    name,
    address,
    window,
    status: (deadline) => ask({ type: 'status' }, 'status', deadline),
    acquire,
    borrow: (borrowed) => {
      lease = borrowed;
    },
    release,
    lease: () => lease,
    list: (deadline) => ask({ type: 'list', lease }, 'listed', deadline),
    metrics: (deadline) => ask({ type: 'metrics', lease }, 'metrics', deadline),
    load: (place, deadline) => ask({ ...place, type: 'load', lease }, 'loaded', deadline),
    infer: (batch, deadline) => ask({ ...batch, type: 'infer', lease }, 'inferred', deadline),
    // The board gives up on the next one a little before we give up on it, so that its answer tells which board it was.
    forward: (batch, deadline) =>
      ask({ ...batch, type: 'forward', lease, deadlineSeconds: 0.9 * deadline }, 'forwarded', deadline),
    unload: async (deadline) => {
      await ask({ type: 'unload', lease }, 'unloaded', deadline);
    },
    isOpen: () => failure === null,
    close: () => closed(', closed from this side'),
  };
}

function isReply<T extends Reply['type']>(
  reply: Reply,
  type: T,
): reply is Extract<Reply, { readonly type: T }> {
  return reply.type === type;
}
