import type { ExecutionEvent } from '../core/contracts/events.ts';

/** A view of a run. */
export interface Reporter {
  readonly report: (event: ExecutionEvent) => void;
  /** Resolves when everything has been shown. */
  readonly finish: () => Promise<void>;
  /** What runs was killed, and the program ends before this could: says so, and leaves nothing that would be replaced. */
  readonly abandon?: () => void;
}

/** How much of a run is shown: only failures and the end; what happens; or that and the output of every action. */
export type Volume = 'quiet' | 'normal' | 'verbose';

/** Where a reporter writes, and what that supports. */
export interface Terminal {
  /** Whatever would control a terminal is taken out, except for the codes of our own colours. */
  readonly write: (text: string) => void;
  /** Passes a text on as it is: for the log of a tool, if no terminal reads it, and for moves of the cursor. */
  readonly pass: (text: string) => void;
  /** A terminal reads it, so that lines end at its width. */
  readonly isTerminal: boolean;
  /** A terminal on which what was written may be replaced: none that cannot do that, and none of CI, which keeps all of it. */
  readonly isLive: boolean;
  readonly hasColour: boolean;
  /** Columns, as they are now. */
  readonly width: number;
  /** Rows, as they are now. */
  readonly height: number;
}

/** What a text is formatted for. */
export type TextFormat = Pick<Terminal, 'isTerminal' | 'hasColour' | 'width'>;

/** The columns of a line; without end if no terminal reads it: whoever does may search it line by line. */
export function lineWidth({ isTerminal, width }: TextFormat): number {
  return isTerminal ? width : Infinity;
}

export interface Clock {
  /** ms since 1970. */
  readonly now: () => number;
  /** Calls back every so many ms until the returned function is called; that alone does not keep the program running. */
  readonly every: (milliseconds: number, call: () => void) => () => void;
}
