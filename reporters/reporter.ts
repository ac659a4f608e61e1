import type { ExecutionEvent } from '../core/contracts/events.ts';

/** A view of a run. `finish` resolves when everything has been shown. */
export interface Reporter {
  readonly report: (event: ExecutionEvent) => void;
  readonly finish: () => Promise<void>;
}

/** Where a reporter writes, and what that supports. */
export interface Terminal {
  /** Whatever would control a terminal is taken out, except for the codes of our own colours. */
  readonly write: (text: string) => void;
  /** Passes a text on as it is: for the log of a tool, if no terminal reads it. */
  readonly pass: (text: string) => void;
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/**
 * Whether a live tree of a number of stages suits a terminal. Of a taller one only the end would be visible, and drawing it
 * again and again would take longer than the work (200 stages: 42 s instead of 7 s).
 */
export function suitsTree(stages: number, { isInteractive, height }: Terminal): boolean {
  return isInteractive && stages < height;
}
