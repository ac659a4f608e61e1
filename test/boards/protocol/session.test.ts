import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReceivedFrame } from '../../../boards/protocol/frame.ts';
import { createFrameReader, encodeFrame } from '../../../boards/protocol/frame.ts';
import { awaitClient, greetBoard, readWelcome } from '../../../boards/protocol/handshake.ts';
import { createSession } from '../../../boards/protocol/session.ts';
import { makeKey } from '../../../boards/keys.ts';
import { refusal } from '../fixture.ts';

const key = Buffer.alloc(32, 7);
const transcript = { clientNonce: Buffer.alloc(32, 1), boardNonce: Buffer.alloc(32, 2), name: 'zed0' };
const frame = { type: 3, request: 1, head: '{}', tail: new Uint8Array() };

function read(bytes: Uint8Array): ReceivedFrame {
  const reader = createFrameReader();
  reader.trust();
  return reader.read(bytes).frames[0]!;
}

test('the tags are those of another implementation', () => {
  const client = createSession('client', key, transcript);
  const tags = [1, 2].map(() => Buffer.from(encodeFrame(frame, client.seal)).subarray(-16).toString('hex'));
  // From a Python program written from docs/protocol.md and RFC 8439.
  expect(tags).toEqual(['b8c6293831da96a313da6cbb908bbfa1', '38f8a2efad9b9954d23f75fa7a571691']);
});

test('a session accepts the frames of the other side, in their order, once, unchanged', () => {
  const client = createSession('client', key, transcript);
  const fresh = () => createSession('board', key, transcript);
  const [first, second] = [1, 2].map((request) => read(encodeFrame({ ...frame, request }, client.seal)));
  const board = fresh();
  expect([first!, second!].map(board.accepts)).toEqual([true, true]);
  expect(board.accepts(second!)).toBe(false);
  expect(fresh().accepts(second!)).toBe(false);
  expect(fresh().accepts({ ...first!, tag: null })).toBe(false);
  // What one side sent does not come back as a frame of the other.
  expect(createSession('client', key, transcript).accepts(first!)).toBe(false);
  fc.assert(
    fc.property(fc.nat(first!.tagged.length * 8 - 1), (bit) => {
      const tagged = Uint8Array.from(first!.tagged);
      tagged[bit >> 3] = tagged[bit >> 3]! ^ (1 << (bit & 7));
      expect(fresh().accepts({ tagged, tag: first!.tag })).toBe(false);
    }),
  );
});

test('another key, nonce or name makes another session', () => {
  const sealed = read(encodeFrame(frame, createSession('client', key, transcript).seal));
  const others = [
    createSession('board', Buffer.alloc(32, 8), transcript),
    createSession('board', key, { ...transcript, clientNonce: Buffer.alloc(32, 3) }),
    createSession('board', key, { ...transcript, boardNonce: Buffer.alloc(32, 3) }),
    createSession('board', key, { ...transcript, name: 'zed1' }),
  ];
  expect(others.map((other) => other.accepts(sealed))).toEqual([false, false, false, false]);
});

test('both sides of the handshake', () => {
  const [client, board] = [greetBoard(key, 'zed0'), awaitClient(key, 'zed0', 4)];
  const { bytes, session } = client.prove(read(board(read(client.hello)).bytes));
  const welcome = board(read(bytes));
  expect(readWelcome(read(welcome.bytes), session)).toEqual({ window: 4 });
  const request = read(encodeFrame(frame, session.seal));
  expect(welcome.session!.accepts(request)).toBe(true);
});

test('a board that does not know the key cannot welcome', () => {
  const [client, impostor] = [greetBoard(key, 'zed0'), awaitClient(makeKey(), 'zed0', 4)];
  const { bytes, session } = client.prove(read(impostor(read(client.hello)).bytes));
  expect(() => impostor(read(bytes))).toThrow(refusal('auth/wrong-key', 'zed0'));
  // All it can do is send the proof back.
  expect(() => readWelcome(read(bytes), session)).toThrow(refusal('auth/impostor', 'could not prove'));
});
