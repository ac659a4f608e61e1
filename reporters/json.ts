import type { Reporter, Terminal } from './reporter.ts';

/** One event per line, as the engine emits them. */
export function jsonReporter(terminal: Terminal): Reporter {
  return {
    report(event) {
      terminal.write(`${JSON.stringify(event)}\n`);
    },
    finish: () => Promise.resolve(),
  };
}
