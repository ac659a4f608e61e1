import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type BoardConnection, connectBoard } from '../../../boards/client/connection.ts';
import { encodeFrame, protocolVersion } from '../../../boards/protocol/frame.ts';
import { encodeReply } from '../../../boards/protocol/messages.ts';
import { refusal } from '../fixture.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Connects to a board that does this with each chunk it gets. */
async function connectTo(answer: (socket: Socket) => void): Promise<BoardConnection> {
  const server = createServer((socket) => {
    ends.push(() => socket.destroy());
    socket.on('data', () => answer(socket)).on('error', () => undefined);
  });
  const zed0 = await connectBoard('zed0', { host: '127.0.0.1', port: await listening(server) }, 10);
  ends.push(zed0.close, () => server.close());
  return zed0;
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const empty = { head: '{}', tail: new Uint8Array() };

test('a board that does not answer is given up at the deadline, and with it the connection', async () => {
  const zed0 = await connectTo(() => undefined);
  await expect(zed0.status(0.05)).rejects.toThrow(
    refusal('board/deadline', 'zed0 did not answer STATUS within 0.05 s'),
  );
  await expect(zed0.status(10)).rejects.toThrow(refusal('board/deadline', 'STATUS within 0.05 s'));
});

test('a board that hangs up before it answers', async () => {
  const zed0 = await connectTo((socket) => socket.end());
  await expect(zed0.status(10)).rejects.toThrow(
    refusal('board/closed', 'the connection to zed0 ended before it answered STATUS'),
  );
});

test('a board whose answer is cut short', async () => {
  const reply = encodeFrame({ type: 0x83, request: 1, ...empty });
  const zed0 = await connectTo((socket) => socket.end(reply.subarray(0, 25)));
  await expect(zed0.status(10)).rejects.toThrow(refusal('board/closed', 'before it answered STATUS'));
});

test('a board of another version', async () => {
  const reply = Buffer.from(encodeFrame({ type: 0x83, request: 1, ...empty }));
  reply.writeUInt16LE(protocolVersion + 1, 4);
  const zed0 = await connectTo((socket) => socket.write(reply));
  await expect(zed0.status(10)).rejects.toThrow(
    refusal('protocol/version', 'zed0: the peer speaks version 2 of the board protocol, this side version 1'),
  );
});

test('a board that refuses this version tells so', async () => {
  const message = 'the peer speaks version 1 of the board protocol, this side version 2';
  const reply = encodeReply(0, { type: 'error', code: 'protocol/version', message, hint: 'update' });
  const zed0 = await connectTo((socket) => socket.end(reply));
  await expect(zed0.status(10)).rejects.toThrow(refusal('protocol/version', `zed0: ${message}`));
});

test('what is no board', async () => {
  const zed0 = await connectTo((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await expect(zed0.status(10)).rejects.toThrow(refusal('protocol/magic', 'zed0: the peer does not speak'));
});

test('an answer to another question', async () => {
  const loaded = encodeReply(1, {
    type: 'inferred',
    images: 1,
    emulated: true,
    modelledSeconds: 0,
    packed: empty.tail,
  });
  const zed0 = await connectTo((socket) => socket.write(loaded));
  await expect(zed0.status(10)).rejects.toThrow(
    refusal('protocol/unexpected-reply', 'zed0 answered status with inferred'),
  );
});

test('an answer that lacks something', async () => {
  const zed0 = await connectTo((socket) => socket.write(encodeFrame({ type: 0x83, request: 1, ...empty })));
  await expect(zed0.status(10)).rejects.toThrow(
    refusal('protocol/bad-head', 'zed0: the head of the reply: "counts"'),
  );
});

test('a port where nobody listens', async () => {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  await expect(connectBoard('zed0', { host: '127.0.0.1', port }, 10)).rejects.toThrow(
    refusal('board/unreachable', `zed0 cannot be reached at 127.0.0.1:${String(port)}: connect ECONNREFUSED`),
  );
});
