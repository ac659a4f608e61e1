import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { bestEffort } from '../../base/json-file.ts';
import { removeTree } from '../../base/remove-tree.ts';
import type { AttemptFolder, AttemptPurpose } from '../state/attempts.ts';
import { attemptsIn, finishedJobOf } from '../state/attempts.ts';
import { keepFailure } from '../state/failures.ts';
import { closeKilledJournals, remainsOf } from '../state/journal.ts';
import type { ExecutionContext } from './context.ts';

/** Adds to the ledger what a killed run had finished, or had seen fail, but not recorded. */
export async function recoverResults({
  ledger,
  layout,
  store,
}: Pick<ExecutionContext, 'ledger' | 'layout' | 'store'>): Promise<void> {
  for (const ending of remainsOf(layout)) {
    if (ending.type === 'failed') {
      ledger.noteFailure(ending.action, ending.failure);
      continue;
    }
    const record = await store.find(ending.fingerprint);
    if (record !== null) ledger.note(ending.action, record, ending.profile);
  }
}

/**
 * Takes care of what killed runs left, as the only process that works in the project: the runners end every job of theirs, and
 * the folders of attempts go, except those of jobs that had ended well. If something may still run, the diagnostic says what;
 * then nothing may start.
 */
export async function cleanUpAfterKill({
  layout,
  runners,
  now,
}: Pick<ExecutionContext, 'layout' | 'runners' | 'now'>): Promise<Diagnostic | null> {
  const left = attemptsIn(layout);
  const outcomes = await Promise.all(
    left.map(({ folder, purpose }) => recoverAttempt(folder, purpose, runners)),
  );
  const uncertain = outcomes.find((outcome) => outcome !== null);
  if (uncertain !== undefined) return uncertain;
  for (const { folder, purpose } of left) {
    if (purpose !== null && finishedJobOf(folder) !== null) keepFailure(layout, purpose.action, folder);
    // What a container left as another user cannot be deleted; it is in no one's way.
    bestEffort(() => {
      removeTree(folder.path);
    });
  }
  bestEffort(() => {
    closeKilledJournals(layout, now());
  });
  return null;
}

async function recoverAttempt(
  { id, job }: AttemptFolder,
  purpose: AttemptPurpose | null,
  runners: ExecutionContext['runners'],
): Promise<Diagnostic | null> {
  // If the purpose is damaged, any runner may have started something.
  for (const name of purpose?.runners ?? runners.keys()) {
    const runner = runners.get(name);
    if (runner === undefined)
      return problem(
        'infrastructure/lost',
        `a killed run left a job on the runner "${name}", which this version does not know`,
        { hint: 'run the program version that started it once more' },
      );
    const recovery = await runner.recover(id, job);
    if (recovery.type === 'uncertain')
      return problem(
        'infrastructure/lost',
        `a killed run left a job that cannot be ended: ${recovery.reason}`,
        {
          hint: 'end it, and run again',
        },
      );
  }
  return null;
}
