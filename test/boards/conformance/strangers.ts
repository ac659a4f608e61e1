import { describe, expect, test } from 'vitest';
import { connectBoard } from '../../../boards/client/connection.ts';
import { dialBoard } from '../../../boards/client/dial.ts';
import { makeKey } from '../../../boards/keys.ts';
import { decodeReply } from '../../../boards/protocol/codec.ts';
import { encodeFrame } from '../../../boards/protocol/frame.ts';
import { greetBoard } from '../../../boards/protocol/handshake.ts';
import type { Reply } from '../../../boards/protocol/messages.ts';
import { refusal } from '../fixture.ts';
import { header, rawAnswers, recordedSession } from './raw.ts';
import type { Rig } from './rig.ts';
import { seconds } from './rig.ts';

/** Clients without the key. */
export function strangers(rig: Rig): void {
  const {} = rig;
  describe('a client without the key', () => {
    test('is refused', async () => {
      await expect(connectBoard('zed0', rig.board.address, makeKey(), seconds)).rejects.toThrow(
        refusal('auth/wrong-key', 'zed0 does not accept the proof'),
      );
      await expect(connectBoard('zed1', rig.board.address, rig.key, seconds)).rejects.toThrow(
        refusal('auth/wrong-board', 'reports that it is zed0'),
      );
    });

    test('cannot ask anything before the proof', async () => {
      const status = encodeFrame({ type: 3, request: 1, head: '{}', tail: new Uint8Array() });
      expect(await rawAnswers(rig.board.address, status)).toMatchObject([
        { type: 'error', code: 'auth/required' },
      ]);
      const { hello } = greetBoard(rig.key, 'zed0');
      const answers = await rawAnswers(rig.board.address, Buffer.concat([hello, status]));
      expect(answers).toMatchObject([{ type: 'challenge' }, { type: 'error', code: 'auth/required' }]);
    });

    test('cannot replay a session or make the board allocate memory', async () => {
      const { socket, recorded } = await recordedSession(rig.board.address, rig.key);
      expect(await rawAnswers(rig.board.address, recorded)).toMatchObject([
        { type: 'challenge' },
        { type: 'error', code: 'auth/wrong-key' },
      ]);
      socket.destroy();
      for (const offset of [12, 16]) {
        const frame = header({ [offset]: offset === 12 ? 1025 : 1 });
        expect(await rawAnswers(rig.board.address, frame)).toMatchObject([
          { type: 'error', code: 'protocol/oversize' },
        ]);
      }
    });

    test('cannot change, repeat or drop a frame of a session', async () => {
      const changed = (frame: Buffer): Buffer => {
        frame[frame.length - 17]! ^= 1;
        return frame;
      };
      const untagged = encodeFrame({ type: 3, request: 1, head: '{}', tail: new Uint8Array() });
      const attacks: ((frames: Buffer[]) => Uint8Array)[] = [
        ([first]) => changed(first!),
        ([first]) => Buffer.concat([first!, first!]),
        ([, second]) => second!,
        () => untagged,
      ];
      for (const attack of attacks) {
        const line = await dialBoard('zed0', rig.board.address, rig.key, seconds);
        const frames = [1, 2].map((request) =>
          Buffer.from(
            encodeFrame({ type: 3, request, head: '{}', tail: new Uint8Array() }, line.session.seal),
          ),
        );
        line.socket.write(attack(frames));
        const answers: Reply[] = [];
        for await (const chunk of line.socket)
          for (const frame of line.reader.read(chunk as Buffer).frames) {
            expect(line.session.accepts(frame)).toBe(true);
            answers.push(decodeReply(frame));
          }

        expect(answers.at(-1)).toMatchObject({ type: 'error', code: 'auth/bad-frame' });
      }
    });
  });
}
