import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { removeTree } from '../../base/remove-tree.ts';
import { closeKilledJournals, remainsOf } from '../state/journal.ts';
import type { ExecutionContext } from './context.ts';

/** Adds to the ledger what a killed run had finished but not recorded. */
export async function recoverResults({
  ledger,
  layout,
  store,
}: Pick<ExecutionContext, 'ledger' | 'layout' | 'store'>): Promise<void> {
  for (const { action, fingerprint } of remainsOf(layout).results) {
    const record = await store.find(fingerprint);
    if (record !== null) ledger.note(action, record);
  }
}

/**
 * Ends the jobs that a killed run left running, each by the runner that started it, and removes their work directories. A
 * job of an unknown runner could still write there, so that nothing may run: the diagnostic reports it.
 */
export async function cleanUpAfterKill({
  layout,
  runners,
  now,
}: Pick<ExecutionContext, 'layout' | 'runners' | 'now'>): Promise<Diagnostic | null> {
  for (const handle of remainsOf(layout).handles) {
    const runner = runners.get(handle.runner);
    if (runner === undefined)
      return problem(
        'infrastructure/lost',
        `a killed run left a job on the runner "${handle.runner}", which this version does not know`,
        { hint: 'run the program version that started it once more' },
      );
    await runner.reap(handle);
  }
  removeTree(layout.work);
  closeKilledJournals(layout, now());
  return null;
}
