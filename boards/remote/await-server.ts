import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from '../../base/refusal.ts';
import { askStatus } from '../client/ask-status.ts';
import type { ClusterKey } from '../keys.ts';
import type { Status } from '../protocol/messages.ts';
import type { RealBoard } from '../../core/contracts/board.ts';

/**
 * Waits until the server of a board answers, and returns its status; after the deadline, refuses as `askStatus` last did.
 * `now` returns milliseconds of a clock that is never set back.
 */
export async function awaitServer(
  board: RealBoard,
  key: ClusterKey,
  deadlineSeconds: number,
  now: () => number,
): Promise<Status> {
  const deadline = now() + deadlineSeconds * 1000;
  for (;;)
    try {
      return await askStatus(board, key, answerSeconds);
    } catch (error) {
      const isDown = error instanceof Refusal && ['board/unreachable', 'board/closed'].includes(error.code);
      if (!isDown || now() > deadline) throw error;
      await delay(pauseMilliseconds);
    }
}

const answerSeconds = 5;
const pauseMilliseconds = 250;
