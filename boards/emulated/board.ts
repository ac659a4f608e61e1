import { Refusal } from '../../base/refusal.ts';
import type { ClusterKey } from '../keys.ts';
import type { Failed, Reply, Request } from '../protocol/messages.ts';
import { answer } from './answer.ts';
import type { BoardState } from './board-state.ts';
import { createForwarder } from './forward.ts';
import { createLeaseDesk } from './lease.ts';
import type { EmulatedBoardSetup } from './logic.ts';
import { createEmulatedLogic } from './logic.ts';

/** An emulated board as seen by the code that serves it to clients. */
export interface AnsweringBoard {
  readonly name: string;
  /**
   * Answers one request; a refusal is an answer too. LOAD, INFER, FORWARD and UNLOAD wait for one another; the others are
   * answered at any time.
   */
  readonly handle: (request: Request) => Promise<Reply>;
  /** Whether no one else has owned the board since this lease. */
  readonly isOwners: (lease: string) => boolean;
  /** The answer to a message that could not be handled, counted as refused. */
  readonly refuse: (error: unknown) => Failed;
}

/** A board that computes in this process what its packages describe, and models the time; `clock` returns seconds. */
export function createEmulatedBoard(
  setup: EmulatedBoardSetup,
  key: ClusterKey,
  clock: () => number,
): AnsweringBoard {
  const { name } = setup;
  const state: BoardState = {
    setup,
    key,
    clock,
    started: clock(),
    logic: createEmulatedLogic(setup, key, clock),
    desk: createLeaseDesk(name, clock),
    forwarder: createForwarder(name, key),
    figures: { loads: 0, batches: 0, images: 0, forwarded: 0, refused: 0, faults: 0, computeSeconds: 0 },
    last: Promise.resolve(),
  };
  const refuse = (error: unknown): Failed => {
    state.figures.refused++;
    if (error instanceof Refusal)
      return { type: 'error', code: error.code, message: error.message, hint: error.hint ?? '' };
    const message = `${name} failed: ${error instanceof Error ? error.message : String(error)}`;
    return { type: 'error', code: 'board/internal', message, hint: '' };
  };
  const handle = async (request: Request): Promise<Reply> => {
    try {
      return await answer(state, request);
    } catch (error) {
      return refuse(error);
    }
  };
  return { name, handle, isOwners: state.desk.isLast, refuse };
}
