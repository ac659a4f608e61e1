import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { dialBoard } from '../../../boards/client/dial.ts';
import { decodeReply, requestTypes } from '../../../boards/protocol/codec.ts';
import { encodeFrame, protocolVersion } from '../../../boards/protocol/frame.ts';
import { greetBoard } from '../../../boards/protocol/handshake.ts';
import type { Reply } from '../../../boards/protocol/messages.ts';
import { header, rawAnswers } from './raw.ts';
import type { Rig } from './rig.ts';
import { seconds } from './rig.ts';

/** Input that is not the protocol. */
export function framing(rig: Rig): void {
  const { client } = rig;
  describe('input that is not the protocol', () => {
    test.each([
      ['another protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'protocol/magic'],
      ['another version', Buffer.from('FPBP\u0001\u0000', 'latin1'), 'protocol/version'],
      [
        'a wrong checksum',
        Buffer.from(header({}).map((byte, at) => (at === 20 ? byte ^ 1 : byte))),
        'protocol/checksum',
      ],
      ['unknown flags', header({ 4: protocolVersion | (1 << 16) | (2 << 24) }), 'protocol/flags'],
    ])('%s is answered with an error, and the connection ends', async (_what, bytes, code) => {
      expect(await rawAnswers(rig.board.address, bytes)).toMatchObject([{ type: 'error', code }]);
      expect((await (await client()).status(seconds)).name).toBe('zed0');
    });

    test.each([1, 2, Math.max(...Object.values(requestTypes)) + 1, 77, 0x8b, 0xff])(
      'a request of the unknown type %i unloads nothing',
      async (type) => {
        const { zed0, first } = await rig.ready();
        const { socket, reader, session } = await dialBoard('zed0', rig.board.address, rig.key, seconds);
        rig.ends.push(() => socket.destroy());
        const head = JSON.stringify({ ...first, lease: zed0.lease() });
        socket.write(encodeFrame({ type, request: 5, head, tail: new Uint8Array() }, session.seal));
        const [chunk] = (await once(socket, 'data')) as [Buffer];
        expect(reader.read(chunk).frames.map(decodeReply)).toEqual([
          {
            type: 'error',
            code: 'protocol/unknown-type',
            message: `there is no request of type ${type}`,
            hint: '',
          },
        ]);
        expect((await zed0.status(seconds)).loaded).toBe(first.package);
        const batch = rig.batchOf(first, 0, 1);
        expect((await zed0.infer(batch, seconds)).images).toBe(1);
      },
    );

    test.each([
      ['an unknown type', 77, '{}', 0, 'protocol/unknown-type'],
      ['a head that is not JSON', 3, 'nonsense', 0, 'protocol/bad-head'],
      ['a head that is not an object', 3, '[]', 0, 'protocol/bad-head'],
      ['a head that lacks a field', 8, '{"lease":""}', 0, 'protocol/bad-head'],
      ['a field of another type', 4, '{"lease":7,"seconds":1}', 0, 'protocol/bad-head'],
      ['a negative number', 4, '{"lease":"","seconds":-1}', 0, 'protocol/bad-head'],
      ['a lease of zero length', 4, '{"lease":"","seconds":0}', 0, 'protocol/bad-head'],
      ['an unexpected tail', 3, '{}', 5, 'protocol/bad-head'],
      ['deeply nested JSON', 3, '['.repeat(4000), 0, 'protocol/bad-head'],
      [
        'a name of more than 64 bytes',
        8,
        JSON.stringify({ lease: 'x'.repeat(65), deployment: '', position: 0, package: '' }),
        0,
        'protocol/bad-head',
      ],
    ])('a frame with %s is answered, and the session goes on', async (_what, type, head, tailBytes, code) => {
      const { socket, reader, session } = await dialBoard('zed0', rig.board.address, rig.key, seconds);
      rig.ends.push(() => socket.destroy());
      const tail = new Uint8Array(tailBytes);
      socket.write(encodeFrame({ type, request: 5, head, tail }, session.seal));
      socket.write(encodeFrame({ type: 3, request: 6, head: '{}', tail: new Uint8Array() }, session.seal));
      const answers: unknown[] = [];
      for await (const chunk of socket) {
        for (const frame of reader.read(chunk as Buffer).frames) {
          expect(session.accepts(frame)).toBe(true);
          answers.push({ request: frame.request, reply: decodeReply(frame) });
        }
        if (answers.length === 2) break;
      }
      expect(answers).toMatchObject([
        { request: 5, reply: { type: 'error', code } },
        { request: 6, reply: { type: 'status', name: 'zed0' } },
      ]);
    });

    test('an oversize frame in a session', async () => {
      const { socket, reader } = await dialBoard('zed0', rig.board.address, rig.key, seconds);
      socket.write(header({ 16: (1 << 24) + 1 }));
      const answers: Reply[] = [];
      for await (const chunk of socket) answers.push(...reader.read(chunk as Buffer).frames.map(decodeReply));
      expect(answers).toMatchObject([{ type: 'error', code: 'protocol/oversize' }]);
    });

    test('half a frame and then nothing, at every length, leaves the board serving others', async () => {
      const { hello } = greetBoard(rig.key, 'zed0');
      await Promise.all(
        [1, 5, 23, 24, 40, hello.length - 1].map(async (length) => {
          const socket = connect(rig.board.address.port, rig.board.address.host);
          socket.resume().end(hello.subarray(0, length));
          await once(socket, 'close');
        }),
      );
      expect((await (await client()).status(seconds)).name).toBe('zed0');
    });

    test('a frame in single bytes', async () => {
      const { socket, reader, session } = await dialBoard('zed0', rig.board.address, rig.key, seconds);
      rig.ends.push(() => socket.destroy());
      const frame = encodeFrame({ type: 3, request: 9, head: '{}', tail: new Uint8Array() }, session.seal);
      for (const byte of frame) socket.write(Uint8Array.of(byte));
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      expect(reader.read(chunk).frames.map(({ request }) => request)).toEqual([9]);
    });
  });
}
