import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { connectBoard } from '../../../boards/client/connection.ts';
import type { OpenLine } from '../../../boards/client/dial.ts';
import { dialBoard } from '../../../boards/client/dial.ts';
import { decodeReply } from '../../../boards/protocol/codec.ts';
import { createFrameReader, encodeFrame } from '../../../boards/protocol/frame.ts';
import type { Reply } from '../../../boards/protocol/messages.ts';
import { refusal } from '../fixture.ts';
import { header } from './raw.ts';
import type { Rig } from './rig.ts';
import { freed, seconds } from './rig.ts';

const tooMany = (most: number) => ({
  type: 'error',
  code: 'board/too-many-clients',
  message: `zed0 serves at most ${most} connections`,
});

/** Who is served, and what a client may send that does not own the board. */
export function places(rig: Rig): void {
  const { client, owner, ready, batchOf } = rig;
  const silent = async (): Promise<Socket> => {
    const socket = connect(rig.board.address.port, rig.board.address.host);
    rig.ends.push(() => socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
  const guest = async (): Promise<OpenLine> => {
    const line = await dialBoard('zed0', rig.board.address, rig.key, seconds);
    rig.ends.push(() => line.socket.destroy());
    return line;
  };
  const said = async ({ socket, reader }: Pick<OpenLine, 'socket' | 'reader'>): Promise<readonly Reply[]> => {
    const replies: Reply[] = [];
    for await (const chunk of socket) replies.push(...reader.read(chunk as Buffer).frames.map(decodeReply));
    return replies;
  };
  const status = ({ session }: OpenLine, request: number, head = '{}') =>
    encodeFrame({ type: 3, request, head, tail: new Uint8Array() }, session.seal);

  describe('places', () => {
    test('connections that prove nothing keep nobody out: the oldest of them gives way', async () => {
      const first = await silent();
      const told = said({ socket: first, reader: createFrameReader() });
      for (let more = 0; more < 30; more++) await silent();
      expect(await told).toMatchObject([tooMany(8)]);
      for (let tried = 0; tried < 5; tried++)
        expect((await (await client()).status(seconds)).name).toBe('zed0');
    });

    test('of those that have proven the key, the oldest that is not the owner’s gives way', async () => {
      const zed0 = await owner();
      const oldest = await guest();
      // A place is given after the welcome; with an answer it is certain that this one has its own.
      oldest.socket.write(status(oldest, 1));
      const [answer] = (await once(oldest.socket, 'data')) as [Buffer];
      expect(oldest.reader.read(answer).frames.map(decodeReply)).toMatchObject([{ type: 'status' }]);
      const told = said(oldest);
      for (let more = 0; more < 15; more++) await guest();
      expect(await told).toMatchObject([tooMany(16)]);
      expect((await zed0.status(seconds)).name).toBe('zed0');
    });

    test('an owner may have all of them, and is refused one more', async () => {
      const zed0 = await owner();
      for (let more = 0; more < 15; more++) {
        const another = await client();
        another.borrow(zed0.lease());
        await another.metrics(seconds);
      }
      const last = await connectBoard('zed0', rig.board.address, rig.key, seconds);
      rig.ends.push(last.close);
      await expect(last.status(seconds)).rejects.toThrow(
        refusal('board/too-many-clients', 'zed0 serves at most 16 connections'),
      );
      expect((await zed0.status(seconds)).name).toBe('zed0');
    });
  });

  describe('without the lease', () => {
    test.each([
      ['head', 12],
      ['tail', 16],
    ])('a long %s is refused when its header arrives', async (_what, offset) => {
      const line = await guest();
      line.socket.write(header({ [offset]: 4097 }));
      expect(await said(line)).toMatchObject([
        {
          type: 'error',
          code: 'board/no-lease',
          message:
            'the client does not own zed0, or its lease has ended: it may send 4096 + 4096 bytes at a time',
        },
      ]);
    });

    test('a head of 4096 bytes is answered', async () => {
      const line = await guest();
      line.socket.write(status(line, 1, '{}'.padEnd(4096)));
      const [chunk] = (await once(line.socket, 'data')) as [Buffer];
      expect(line.reader.read(chunk).frames.map(decodeReply)).toMatchObject([{ type: 'status' }]);
    });

    test('nobody keeps the owner from sending long batches', async () => {
      for (let more = 0; more < 8; more++) (await guest()).socket.write(header({ 16: 1 << 24 }));
      const { zed0, first } = await ready();
      const { longBatch } = rig.server;
      expect((await zed0.infer(batchOf(first, 0, longBatch), 60)).images).toBe(longBatch);
    });

    test('a connection keeps its lease’s rights until another client owns the board', async () => {
      const { zed0, first } = await ready();
      const second = await client();
      await zed0.acquire(0.5, seconds);
      second.borrow(zed0.lease());
      await second.infer(batchOf(first, 0, 1), seconds);
      zed0.close();
      await freed(second);
      const long = batchOf(first, 0, rig.server.longBatch);
      await expect(second.infer(long, 60)).rejects.toThrow(
        refusal('board/no-lease', 'the client does not own zed0, or its lease has ended'),
      );
      expect((await second.status(seconds)).name).toBe('zed0');
      await owner();
      await expect(second.infer(long, 60)).rejects.toThrow(
        refusal('board/no-lease', 'may send 4096 + 4096 bytes at a time'),
      );
    });

    test('a lease that was acquired on another connection is shown before the first long batch', async () => {
      const { zed0, first } = await ready();
      const second = await client();
      second.borrow(zed0.lease());
      const { longBatch } = rig.server;
      expect((await second.infer(batchOf(first, 0, longBatch), 60)).images).toBe(longBatch);
    });
  });
}
