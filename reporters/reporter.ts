import type { ExecutionEvent } from '../core/events.ts';

/** A view of a run. `finish` resolves when everything has been shown. */
export interface Reporter {
  report(event: ExecutionEvent): void;
  finish(): Promise<void>;
}

/** Where a reporter writes, and what it may use there. */
export interface Terminal {
  write(text: string): void;
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  /** Columns. */
  readonly width: number;
}
