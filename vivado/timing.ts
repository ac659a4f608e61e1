import { Refusal } from '../base/refusal.ts';

/** Slacks in ns; if one is negative, the design does not meet its clock. */
export interface Timing {
  /** Worst setup slack. */
  readonly setup: number;
  /** Worst hold slack. */
  readonly hold: number;
  /** Worst slack of pulse widths. */
  readonly pulseWidth: number;
}

/** Reads the design timing summary of a routed design; refuses a report without one. */
export function readTiming(report: string): Timing {
  const lines = report.split('\n');
  const header = lines.findIndex((line) => line.includes('WNS(ns)'));
  const values = (lines[header + 2] ?? '').trim().split(/\s+/).map(Number);
  // WNS, TNS, two counts, WHS, THS, two counts, WPWS, TPWS, two counts.
  const [setup, , , , hold, , , , pulseWidth] = values;
  if (header >= 0 && isSlack(setup) && isSlack(hold) && isSlack(pulseWidth))
    return { setup, hold, pulseWidth };
  throw new Refusal('vivado/bad-report', 'the timing report has no design timing summary');
}

function isSlack(value: number | undefined): value is number {
  return Number.isFinite(value);
}
