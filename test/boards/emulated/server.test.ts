import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { boardType } from '../../../boards/data.ts';
import { createEmulatedBoard } from '../../../boards/emulated/board.ts';
import { serveBoard } from '../../../boards/emulated/server.ts';
import { createFrameReader, encodeFrame } from '../../../boards/protocol/frame.ts';
import { decodeReply } from '../../../boards/protocol/messages.ts';

test('a client that leaves a frame unfinished is told so and cut off', async () => {
  const board = createEmulatedBoard({ directory: '/nonexistent', name: 'zed0', type: boardType('zedboard') });
  const server = await serveBoard(board, 50);
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(encodeFrame({ type: 3, request: 1, head: '{}', tail: Buffer.of(1) }).subarray(0, 25));
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  const [frame] = createFrameReader().read(chunk).frames;
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
  server.close();
  await once(server, 'close');
});
