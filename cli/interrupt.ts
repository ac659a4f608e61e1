import type { Reporter } from '../reporters/reporter.ts';
import type { Engine } from './engine.ts';
import type { ExitCode } from './options.ts';

/** Calls back on every Ctrl-C or request to terminate, with their count; returns the function that stops this. */
export function onInterrupt(interrupt: (time: number, signal: NodeJS.Signals) => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let times = 0;
  const listener = (signal: NodeJS.Signals): void => {
    interrupt(++times, signal);
  };
  // Stays after the first one too: the live list ends the program if nothing else listens.
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

/** Ends the program without waiting for anything: kills what runs, and has the views say so. */
export function endAtOnce(engine: Pick<Engine, 'abandon'> | null, reporters: readonly Reporter[]): never {
  engine?.abandon();
  for (const reporter of reporters) reporter.abandon?.();
  process.exit(130);
}

/** Runs work with a signal that comes when the user interrupts it. */
export async function withInterruption<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const stopListening = onInterrupt(() => {
    interruption.abort();
  });
  try {
    return await work(interruption.signal);
  } finally {
    stopListening();
  }
}

/** As withInterruption, for work that ends in an exit code: 130 if the user interrupted it. */
export function interruptible(work: (signal: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
  return withInterruption(async (signal) => {
    const code = await work(signal);
    return signal.aborted ? 130 : code;
  });
}
