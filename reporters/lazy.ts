import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { Reporter } from './reporter.ts';

/**
 * Loads a reporter only when something runs; until then events are held. A run with nothing to do is left to `quiet`, so
 * that it does not load a library it does not need.
 */
export function lazyReporter(load: () => Promise<Reporter>, quiet: Reporter): Reporter {
  const held: ExecutionEvent[] = [];
  let loading: Promise<Reporter> | null = null;
  let loaded: Reporter | null = null;
  const needs = (event: ExecutionEvent) => event.type === 'action-started';
  return {
    report(event) {
      // At once, although nothing is loaded: waiting may take hours, and what was found must be seen before it begins.
      const isEarly = event.type === 'run-checked' || event.type === 'run-stopping';
      if (event.type === 'run-waiting' || (isEarly && loaded === null)) {
        quiet.report(event);
        return;
      }
      if (loaded !== null) {
        loaded.report(event);
        return;
      }
      held.push(event);
      if (!needs(event)) return;
      loading ??= load().then((reporter) => {
        loaded = reporter;
        held.splice(0).forEach((earlier) => {
          reporter.report(earlier);
        });
        return reporter;
      });
    },
    abandon() {
      (loaded ?? quiet).abandon?.();
    },
    async finish() {
      const reporter = loading === null ? quiet : await loading;
      held.splice(0).forEach((event) => {
        reporter.report(event);
      });
      await reporter.finish();
    },
  };
}
