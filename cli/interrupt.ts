import type { ExitCode } from './options.ts';

/** Calls back on every Ctrl-C or request to terminate, with their count; returns the function that stops this. */
export function onInterrupt(interrupt: (time: number) => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let times = 0;
  const listener = (): void => {
    interrupt(++times);
  };
  // Stays after the first one too: the live list ends the program if nothing else listens.
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

/** Runs work with a signal that comes when the user interrupts it; 130 if that happened. */
export async function interruptible(work: (signal: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
  const interruption = new AbortController();
  const stopListening = onInterrupt(() => {
    interruption.abort();
  });
  try {
    const code = await work(interruption.signal);
    return interruption.signal.aborted ? 130 : code;
  } finally {
    stopListening();
  }
}
