import type { ExecutionEvent } from '../core/contracts/events.ts';

/** A view of a run. `finish` resolves when everything has been shown. */
export interface Reporter {
  readonly report: (event: ExecutionEvent) => void;
  readonly finish: () => Promise<void>;
}

/** Where a reporter writes, and what that supports. */
export interface Terminal {
  readonly write: (text: string) => void;
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  /** Columns. */
  readonly width: number;
}
