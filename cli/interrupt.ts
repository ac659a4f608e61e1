/** Calls back on Ctrl-C or a request to end; gives what stops that. */
export function onInterrupt(interrupt: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  // Stays even after the first: the live list ends the program when nobody else listens.
  for (const signal of signals) process.on(signal, interrupt);
  return () => {
    for (const signal of signals) process.off(signal, interrupt);
  };
}
