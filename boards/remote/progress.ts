import { byteSize, duration } from '../../base/units.ts';

/** The progress of a transfer. */
export interface TransferProgress {
  /** Bytes on the board, including those that an earlier transfer left there. */
  readonly done: number;
  readonly total: number;
  /** Bytes of this transfer alone, and the seconds they took. */
  readonly sent: number;
  readonly seconds: number;
}

/** Such as `5.2 MB of 12.3 MB, 1.0 MB/s, 7.1 s left`. */
export function progressLine({ done, total, sent, seconds }: TransferProgress): string {
  const rate = seconds > 0 ? Math.round(sent / seconds) : 0;
  const speed = rate > 0 ? `, ${byteSize(rate)}/s` : '';
  const left = rate > 0 && done < total ? `, ${duration((1000 * (total - done)) / rate)} left` : '';
  return `${byteSize(done)} of ${byteSize(total)}${speed}${left}`;
}

/**
 * Logs the progress of a transfer. Returns a function to be called with the bytes done: it writes a line for every further
 * twentieth or ten seconds, and one at the end, so that a log stays short even on slow lines. `clock` returns seconds.
 */
export function reportProgress(
  { total, present }: { readonly total: number; readonly present: number },
  log: (line: string) => void,
  clock: () => number,
): (done: number) => void {
  const started = clock();
  let logged = { done: present, at: started };
  return (done) => {
    const at = clock();
    const isWorthALine = done === total || done - logged.done >= total / 20 || at - logged.at >= 10;
    if (done === logged.done || !isWorthALine) return;
    logged = { done, at };
    log(progressLine({ done, total, sent: done - present, seconds: at - started }));
  };
}
