import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Address } from '../../../boards/client/connection.ts';
import type { ClusterKey } from '../../../boards/keys.ts';
import { decodeReply, encodeReply } from '../../../boards/protocol/codec.ts';
import { createFrameReader, encodeFrame } from '../../../boards/protocol/frame.ts';
import { greetBoard } from '../../../boards/protocol/handshake.ts';

/** A header with a right checksum and these 32-bit words in place of the usual ones. */
export function header(words: Readonly<Record<number, number>>): Buffer {
  const frame = Buffer.from(encodeReply(1, { type: 'released' }, null)).subarray(0, 24);
  for (const [offset, word] of Object.entries(words)) frame.writeUInt32LE(word, Number(offset));
  frame.writeUInt32LE(crcOf(frame.subarray(0, 20)), 20);
  return frame;
}

function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

/** Sends bytes outside any session and returns the answers until the board closes the connection. */
export async function rawAnswers(
  address: Address,
  bytes: Uint8Array,
): Promise<readonly { readonly type: string }[]> {
  const socket = connect(address.port, address.host);
  socket.write(bytes);
  const reader = createFrameReader();
  const answers = [];
  for await (const chunk of socket)
    for (const frame of reader.read(chunk as Buffer).frames)
      answers.push(frame.type === 0x81 ? { type: 'challenge' } : decodeReply(frame));

  return answers;
}

/** Runs a session and returns everything that the client sent in it. */
export async function recordedSession(
  address: Address,
  key: ClusterKey,
): Promise<{ readonly socket: Socket; readonly recorded: Uint8Array }> {
  const socket = connect(address.port, address.host);
  const { hello, prove } = greetBoard(key, 'zed0');
  socket.write(hello);
  const [challenge] = (await once(socket, 'data')) as [Buffer];
  const { bytes, session } = prove(createFrameReader().read(challenge).frames[0]!);
  const status = encodeFrame({ type: 3, request: 1, head: '{}', tail: new Uint8Array() }, session.seal);
  socket.write(bytes);
  socket.write(status);
  await once(socket, 'data');
  return { socket, recorded: Buffer.concat([hello, bytes, status]) };
}
