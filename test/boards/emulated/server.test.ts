import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { connectBoard } from '../../../boards/client/connection.ts';
import { dialBoard } from '../../../boards/client/dial.ts';
import { boardType } from '../../../boards/data.ts';
import { createEmulatedBoard } from '../../../boards/emulated/board.ts';
import { serveBoard } from '../../../boards/emulated/server.ts';
import { makeKey } from '../../../boards/keys.ts';
import { decodeReply } from '../../../boards/protocol/codec.ts';
import { createFrameReader, encodeFrame } from '../../../boards/protocol/frame.ts';
import { refusal } from '../fixture.ts';

const key = makeKey();
const generous = { stallMilliseconds: 30_000, greetingMilliseconds: 30_000, connections: 3 };

async function serve(limits: typeof generous) {
  const setup = { directory: '/nonexistent', name: 'zed0', type: boardType('zedboard') };
  const board = createEmulatedBoard(setup, key, () => performance.now() / 1000);
  const server = await serveBoard(board, key, limits);
  const address = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const stop = async (): Promise<void> => {
    server.close();
    await once(server, 'close');
  };
  return { address, stop };
}

test('a client that leaves a frame unfinished receives an error and is disconnected', async () => {
  const { address, stop } = await serve({ ...generous, stallMilliseconds: 50 });
  const { socket, reader, session } = await dialBoard('zed0', address, key, 10);
  socket.write(
    encodeFrame({ type: 3, request: 1, head: '{}', tail: Buffer.of(1) }, session.seal).subarray(0, 25),
  );
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  const [frame] = reader.read(chunk).frames;
  expect({ request: frame!.request, reply: decodeReply(frame!) }).toEqual({
    request: 0,
    reply: {
      type: 'error',
      code: 'protocol/stalled',
      message: 'the rest of a frame did not come within 0.05 s',
      hint: '',
    },
  });
  await once(socket, 'close');
  await stop();
});

test('a client that proves nothing receives an error and is disconnected', async () => {
  const { address, stop } = await serve({ ...generous, greetingMilliseconds: 50 });
  const socket = connect(address.port, address.host);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  expect(decodeReply(createFrameReader().read(chunk).frames[0]!)).toMatchObject({
    code: 'auth/required',
    message: 'no proof of the key came within 0.05 s',
  });
  await once(socket, 'close');
  await stop();
});

test('one connection of the owner too many is refused, and accepted once another has ended', async () => {
  const { address, stop } = await serve(generous);
  const open = await Promise.all([1, 2, 3].map(() => connectBoard('zed0', address, key, 10)));
  const lease = await open[0]!.acquire(30, 10);
  for (const connection of open.slice(1)) {
    connection.borrow(lease);
    await connection.metrics(10);
  }
  const another = async () => {
    const connection = await connectBoard('zed0', address, key, 10);
    await connection.status(10);
    return connection;
  };
  await expect(another()).rejects.toThrow(
    refusal('board/too-many-clients', 'zed0 serves at most 3 connections'),
  );
  open[2]!.close();
  const again = async (): Promise<void> => {
    const connection = await another().catch(() => null);
    if (connection === null) return again();
    connection.close();
  };
  await again();
  for (const connection of open) connection.close();
  await stop();
});
