import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Refusal } from '../../base/refusal.ts';
import type { ClusterKey } from '../keys.ts';
import { decodeRequest, encodeReply } from '../protocol/codec.ts';
import type { Admit, FrameReader, ReceivedFrame } from '../protocol/frame.ts';
import {
  atMost,
  createFrameReader,
  guestBytes,
  maximumHeadBytes,
  maximumTailBytes,
} from '../protocol/frame.ts';
import type { BoardHandshake } from '../protocol/handshake.ts';
import { awaitClient } from '../protocol/handshake.ts';
import type { Reply, Request } from '../protocol/messages.ts';
import type { Session } from '../protocol/session.ts';
import type { AnsweringBoard } from './board.ts';
import type { PlacedConnection, Places } from './places.ts';

/** How long a client may keep a board waiting. */
export interface ClientLimits {
  /** For the rest of a frame. */
  readonly stallMilliseconds: number;
  /** To prove that it knows the key. */
  readonly greetingMilliseconds: number;
}

/** How many LOAD, INFER, FORWARD and UNLOAD of one connection may be waiting for their answers. */
const requestWindow = 4;

/** Answers one client until either side ends the connection. */
export async function serveClient(
  board: AnsweringBoard,
  key: ClusterKey,
  socket: Socket,
  places: Places,
  limits: ClientLimits,
): Promise<void> {
  const client: ServedClient = {
    board,
    socket,
    places,
    place: {
      address: socket.remoteAddress ?? '',
      isOwners: () => board.isOwners(client.lease),
      evict: (reason) => endClient(client, reason),
    },
    limits,
    reader: createFrameReader(),
    greet: awaitClient(key, board.name, requestWindow),
    greeting: undefined,
    stall: undefined,
    session: null,
    lease: '',
    inWork: 0,
    hasEnded: false,
  };
  places.admit(client.place);
  const silent = `no proof of the key came within ${limits.greetingMilliseconds / 1000} s`;
  client.greeting = setTimeout(
    () => endClient(client, new Refusal('auth/required', silent)),
    limits.greetingMilliseconds,
  );
  try {
    for await (const chunk of socket) {
      if (client.hasEnded) continue;
      clearTimeout(client.stall);
      await readChunk(client, chunk as Uint8Array).catch((error: unknown) => endClient(client, error));
    }
  } finally {
    clearTimeout(client.stall);
    clearTimeout(client.greeting);
    places.leave(client.place);
  }
}

interface ServedClient {
  readonly board: AnsweringBoard;
  readonly socket: Socket;
  readonly places: Places;
  readonly place: PlacedConnection;
  readonly limits: ClientLimits;
  readonly reader: FrameReader;
  readonly greet: BoardHandshake;
  /** Limits the time until the key is proven. */
  greeting: NodeJS.Timeout | undefined;
  /** Limits the wait for the rest of a frame, or for the client to close. */
  stall: NodeJS.Timeout | undefined;
  /** Null until the key is proven. */
  session: Session | null;
  /** The last lease that the client has shown; '' before. */
  lease: string;
  /** Requests that are waiting or being handled. */
  inWork: number;
  hasEnded: boolean;
}

/** Whether more can be sent immediately. */
function send({ socket, session }: ServedClient, request: number, reply: Reply): boolean {
  return !socket.writable || socket.write(encodeReply(request, reply, session?.seal ?? null));
}

// Further bytes are read and dropped: closing with unread bytes would reset the connection and lose the last answer.
function endClient(client: ServedClient, error: unknown): void {
  if (client.hasEnded) return;
  client.hasEnded = true;
  send(client, 0, client.board.refuse(error));
  client.socket.end();
  client.stall = setTimeout(() => client.socket.destroy(), client.limits.stallMilliseconds);
}

async function readChunk(client: ServedClient, chunk: Uint8Array): Promise<void> {
  const { reader, limits } = client;
  const { frames, problem } = reader.read(chunk);
  for (const frame of frames) await takeFrame(client, frame);
  if (problem !== null) throw new Refusal(problem.code, problem.message);
  if (!reader.isPartial()) return;
  const stalled = `the rest of a frame did not come within ${limits.stallMilliseconds / 1000} s`;
  client.stall = setTimeout(
    () => endClient(client, new Refusal('protocol/stalled', stalled)),
    limits.stallMilliseconds,
  );
}

async function takeFrame(client: ServedClient, frame: ReceivedFrame): Promise<void> {
  const { board, session } = client;
  if (session === null) {
    takeGreeting(client, frame);
    return;
  }
  if (!session.accepts(frame))
    throw new Refusal(
      'auth/bad-frame',
      'a frame arrived that the client did not send at this point of the session',
      'something on the network is altering the traffic',
    );
  let request: Request;
  try {
    request = decodeRequest(frame);
  } catch (error) {
    await sendAndWait(client, frame.request, board.refuse(error));
    return;
  }
  if (request.type !== 'status' && board.isOwners(request.lease)) client.lease = request.lease;
  if (isWork(request)) {
    startWork(client, frame.request, request);
    return;
  }
  const reply = await board.handle(request);
  if (reply.type === 'leased') client.lease = reply.lease;
  await sendAndWait(client, frame.request, reply);
}

function takeGreeting(client: ServedClient, frame: ReceivedFrame): void {
  const { bytes, session } = client.greet(frame);
  if (session === null) {
    client.socket.write(bytes);
    return;
  }
  client.socket.write(bytes);
  client.session = session;
  client.places.promote(client.place);
  clearTimeout(client.greeting);
  client.reader.trust(admitOf(client));
}

/** Long frames are the owner's alone. */
function admitOf({ board, place }: ServedClient): Admit {
  const full = atMost(maximumHeadBytes, maximumTailBytes);
  const message = `the client does not own ${board.name}, or its lease has ended: it may send ${guestBytes} + ${guestBytes} bytes at a time`;
  return (head, tail) => {
    if (head <= guestBytes && tail <= guestBytes) return null;
    return full(head, tail) ?? (place.isOwners() ? null : { code: 'board/no-lease', message });
  };
}

/** Reading stops until the answer has been sent, to hold back a client that asks faster than it listens. */
async function sendAndWait(client: ServedClient, request: number, reply: Reply): Promise<void> {
  if (!send(client, request, reply)) await once(client.socket, 'drain');
}

function startWork(client: ServedClient, id: number, request: Request): void {
  const { board } = client;
  if (client.inWork === requestWindow) {
    send(client, id, board.refuse(busy(board.name)));
    return;
  }
  client.inWork++;
  void board.handle(request).then((reply) => {
    client.inWork--;
    send(client, id, reply);
  });
}

/** Whether the request has to wait for its turn. */
function isWork({ type }: Request): boolean {
  return type === 'load' || type === 'infer' || type === 'forward' || type === 'unload';
}

function busy(name: string): Refusal {
  return new Refusal(
    'board/busy',
    `${name} accepts at most ${requestWindow} requests per connection at a time`,
    'wait for an answer first',
  );
}
