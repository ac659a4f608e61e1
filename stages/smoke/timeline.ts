import { defined } from '../../base/defined.ts';
import type { SmokeParams } from './params.ts';

/** Measurements of a system, in ms; the schedule is the sequential one, in which boards wait for each other. */
export interface Constants {
  /** Until the requests of a round are sent. */
  readonly request: number;
  /** From a request for reconfiguration to its confirmation; the boards of a round do it in parallel. */
  readonly reconfiguration: number;
  /** For all submodels' work on an image, with network and processors. */
  readonly processing: number;
  /** The part of that time in which the FPGAs compute. */
  readonly compute: number;
}

/** Constants as written in the stage's parameter, such as `229.8 ms`. */
export function readConstants(written: NonNullable<SmokeParams['timeline']>): Constants {
  return {
    request: Number.parseFloat(written.request),
    reconfiguration: Number.parseFloat(written.reconfiguration),
    processing: Number.parseFloat(written.processing),
    compute: Number.parseFloat(written.compute),
  };
}

export interface Timeline {
  /** One line for people per event, in order. */
  readonly lines: readonly string[];
  /** Latency of an image, in ms. */
  readonly milliseconds: number;
}

/**
 * The times of all events for one image that goes through all rounds, with an equal share of the processing for each
 * submodel. `rounds` holds the positions of each round, `assignment` the board of each position.
 */
export function timelineOf(
  rounds: readonly (readonly number[])[],
  assignment: readonly string[],
  { request, reconfiguration, processing, compute }: Constants,
): Timeline {
  const share = processing / assignment.length;
  const lines: string[] = [];
  let now = 0;
  const note = (what: string, duration: number): void => {
    lines.push(`${now.toFixed(1).padStart(7)} ms  ${what} (${duration.toFixed(1)} ms)`);
    now += duration;
  };
  const boardAt = (position: number): string => defined(assignment[position], 'every position has a board');
  for (const [index, positions] of rounds.entries()) {
    const boards = positions.map(boardAt).join(', ');
    note(`round ${index + 1}: ${boards} reconfigured in parallel`, request + reconfiguration);
    for (const position of positions)
      note(`submodel ${position} on ${boardAt(position)}, with its network`, share);
  }
  const rate = 1000 / now;
  lines.push(
    `${now.toFixed(1).padStart(7)} ms  done: ${rate.toFixed(3)} img/s, of which the FPGAs compute ${compute.toFixed(2)} ms`,
  );
  return { lines, milliseconds: now };
}
