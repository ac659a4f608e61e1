import { Refusal } from '../../base/refusal.ts';
import type { ClusterKey } from '../keys.ts';
import type { Metrics, Status } from '../protocol/messages.ts';
import type { Forwarder } from './forward.ts';
import type { LeaseDesk } from './lease.ts';
import type { EmulatedBoardSetup, EmulatedLogic } from './logic.ts';
import { readDeployment } from './state.ts';

/** An emulated board: its owner, what it holds, and what it has done since it was started. */
export interface BoardState {
  readonly setup: EmulatedBoardSetup;
  readonly key: ClusterKey;
  /** Returns seconds. */
  readonly clock: () => number;
  readonly started: number;
  readonly logic: EmulatedLogic;
  readonly desk: LeaseDesk;
  readonly forwarder: Forwarder;
  readonly figures: Figures;
  /** Settles when the work of the last waiting request is done. */
  last: Promise<unknown>;
}

/** The counters of METRICS. */
export interface Figures {
  loads: number;
  batches: number;
  images: number;
  forwarded: number;
  refused: number;
  faults: number;
  computeSeconds: number;
}

/** The reply to STATUS. */
export async function statusOf(state: BoardState): Promise<Status> {
  const { setup, logic, desk } = state;
  return {
    type: 'status',
    name: setup.name,
    boardType: setup.type.name,
    part: setup.type.part,
    emulated: true,
    deployment: await heldDeployment(state),
    loaded: logic.loaded(),
    fault: '',
    leasedSeconds: desk.secondsLeft(),
  };
}

/** The reply to METRICS. */
export function metricsOf({ figures, clock, started }: BoardState): Metrics {
  return {
    type: 'metrics',
    figures: { ...figures, uptimeSeconds: clock() - started, memoryBytes: process.memoryUsage.rss() },
  };
}

// A board with a damaged deployment must still be able to report what is wrong.
async function heldDeployment({ setup: { directory, name }, key }: BoardState): Promise<string> {
  try {
    return (await readDeployment(directory, `the deployment on ${name}`, key))?.deployment ?? '';
  } catch (error) {
    if (error instanceof Refusal) return '';
    throw error;
  }
}
