import { Refusal } from '../../base/refusal.ts';
import { decodeReply, encodeRequest } from '../protocol/codec.ts';
import type { ReceivedFrame } from '../protocol/frame.ts';
import type { Reply, Request } from '../protocol/messages.ts';
import type { OpenLine } from './dial.ts';
import { named, onFrames, refusalIn, refusing } from './dial.ts';

/** A connection to a board after the greeting, and its requests that wait for replies. */
export interface Conversation {
  readonly name: string;
  readonly line: OpenLine;
  readonly waiting: Map<number, Waiting>;
  lastRequest: number;
  /** Why the connection can no longer be used; null while it can. */
  failure: Refusal | null;
}

/** Handles everything that the board sends on this line from now on. */
export function startConversation(name: string, line: OpenLine): Conversation {
  const conversation: Conversation = { name, line, waiting: new Map(), lastRequest: 0, failure: null };
  const { socket, reader, early } = line;
  const take = (frame: ReceivedFrame): void => takeReply(conversation, frame);
  const refused = (refusal: Refusal): void => fail(conversation, named(name, refusal));
  refusing(refused, () => early.forEach(take));
  onFrames(socket, reader, take, refused);
  socket.on('error', (error) => endConversation(conversation, `: ${error.message}`));
  socket.on('close', () => endConversation(conversation, ''));
  return conversation;
}

/** The reply to a request, which must be of the expected type; refuses what the board refuses, and a reply that does not come in time. */
export function ask<T extends Reply['type']>(
  conversation: Conversation,
  request: Request,
  expected: T,
  deadlineSeconds: number,
): Promise<Extract<Reply, { readonly type: T }>> {
  const { name, line, waiting } = conversation;
  return new Promise((resolve, reject) => {
    if (conversation.failure !== null) {
      reject(conversation.failure);
      return;
    }
    const timer = setTimeout(() => {
      const message = `${name} did not answer ${request.type.toUpperCase()} within ${deadlineSeconds} s`;
      fail(conversation, new Refusal('board/deadline', message));
    }, deadlineSeconds * 1000);
    const id = ++conversation.lastRequest;
    waiting.set(id, {
      what: request.type,
      resolve: (reply) => {
        clearTimeout(timer);
        if (isReply(reply, expected)) resolve(reply);
        else reject(unexpected(name, request, reply));
      },
      reject: (refusal) => {
        clearTimeout(timer);
        reject(refusal);
      },
    });
    line.socket.write(encodeRequest(id, request, line.session.seal));
  });
}

/** Ends the connection unless it has already ended; `reason` is appended to the message. */
export function endConversation(conversation: Conversation, reason: string): void {
  const { name, waiting } = conversation;
  const asked = [...waiting.values()].map(({ what }) => what.toUpperCase());
  const during = asked.length === 0 ? '' : ` before it answered ${asked.join(', ')}`;
  const message = `the connection to ${name} ended${during}${reason}`;
  fail(conversation, new Refusal('board/closed', message, 'is the board still running?'));
}

interface Waiting {
  readonly what: Request['type'];
  readonly resolve: (reply: Reply) => void;
  readonly reject: (refusal: Refusal) => void;
}

// After the first failure the connection cannot be used: replies could no longer be matched to requests.
function fail(conversation: Conversation, refusal: Refusal): void {
  const { waiting, line } = conversation;
  conversation.failure ??= refusal;
  for (const { reject } of waiting.values()) reject(conversation.failure);
  waiting.clear();
  line.socket.destroy();
}

function takeReply({ name, line, waiting }: Conversation, frame: ReceivedFrame): void {
  if (!line.session.accepts(frame))
    throw new Refusal(
      'auth/bad-frame',
      'a frame arrived that the board did not send at this point of the session',
      'something on the network is altering the traffic',
    );
  const reply = decodeReply(frame);
  const asked = waiting.get(frame.request);
  waiting.delete(frame.request);
  if (asked !== undefined) asked.resolve(reply);
  else if (reply.type === 'error') throw refusalIn(name, reply);
}

function unexpected(name: string, { type }: Request, reply: Reply): Refusal {
  if (reply.type === 'error') return refusalIn(name, reply);
  return new Refusal('protocol/unexpected-reply', `${name} answered ${type} with ${reply.type}`);
}

function isReply<T extends Reply['type']>(
  reply: Reply,
  type: T,
): reply is Extract<Reply, { readonly type: T }> {
  return reply.type === type;
}
