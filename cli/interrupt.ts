/** Calls back on every Ctrl-C or request to end, with how many there were; gives what stops that. */
export function onInterrupt(interrupt: (time: number) => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let times = 0;
  const listener = (): void => {
    interrupt(++times);
  };
  // Stays even after the first: the live list ends the program when nobody else listens.
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
