import { execa } from 'execa';
import { duration } from '../base/units.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { Environment } from './environment.ts';

/**
 * Runs a command of the user's with `sh` at the first failure of a run, and at its end. It finds in its environment
 * PIPELINE_EVENT (`failed` or `finished`), PIPELINE_RESULT (ok, failed, lost or interrupted; empty while the run goes on),
 * PIPELINE_ACTION (what failed first, if anything) and PIPELINE_MESSAGE, a sentence. It may take ten seconds; how it ends
 * changes nothing.
 */
export function notifier(command: string, { project, variables }: Environment): Reporter {
  const running: Promise<unknown>[] = [];
  let failed: string | null = null;
  const notify = (event: 'failed' | 'finished', result: string, message: string): void => {
    const env = {
      PIPELINE_EVENT: event,
      PIPELINE_RESULT: result,
      PIPELINE_ACTION: failed ?? '',
      PIPELINE_MESSAGE: message,
    };
    const settings = { cwd: project, env: { ...variables, ...env }, stdio: 'ignore', reject: false } as const;
    running.push(execa('sh', ['-c', command], { ...settings, timeout: longestMilliseconds }));
  };
  return {
    report(event) {
      if (event.type === 'action-failed' && failed === null) {
        failed = event.action;
        notify('failed', '', `${event.action} failed: ${event.diagnostics[0]?.message ?? ''}`);
      }
      if (event.type === 'run-finished') {
        const { ran, failed: failures } = event.counts;
        const counts = `${ran} ran${failures === 0 ? '' : `, ${failures} failed`}`;
        notify('finished', event.outcome, `${event.outcome}: ${counts} in ${duration(event.milliseconds)}`);
      }
    },
    async finish() {
      await Promise.all(running);
    },
  };
}

const longestMilliseconds = 10_000;
