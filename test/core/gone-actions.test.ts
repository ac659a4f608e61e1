import { expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Plan } from '../../core/contracts/plan.ts';
import type { ActionState } from '../../core/execution/action.ts';
import { foldersOfGoneActions } from '../../core/execution/retain.ts';
import { attemptAt } from '../../core/state/attempts.ts';
import { failureOf, noteVariant } from '../../core/state/failures.ts';
import { layoutOf } from '../../core/state/layout.ts';
import { openLedger } from '../../core/state/ledger.ts';
import { projectWith } from '../rig/project.ts';

const foreach = { type: 'items', from: { stage: 'split', port: 'submodels' } } as const;
const plan = {
  stages: [
    { name: 'split', written: 'split', foreach: null },
    { name: 'build', written: 'build', foreach },
    { name: 'other', written: 'other', foreach },
  ],
} as unknown as Plan;

/** The names of those kept folders that are of actions which no longer exist. */
function gone(labels: readonly string[], states: readonly string[], files: Record<string, string> = {}) {
  const folder = projectWith({
    ...Object.fromEntries(labels.map((label) => [`.pipeline/failed/${label.replace('/', '~')}/log`, ''])),
    ...files,
  });
  const layout = layoutOf(folder);
  for (const label of labels) noteVariant(failureOf(layout, label), null);
  const all = new Map(states.map((label): [string, ActionState] => [label, { type: 'waiting' }]));
  const found = foldersOfGoneActions(plan, { layout, ledger: openLedger(layout, null) }, all);
  expect(found.every((path) => existsSync(attemptAt(path).log))).toBe(true);
  return found.map((path) => basename(path));
}

it('an item that a new split does not make is gone', () => {
  expect(gone(['build/1', 'build/2'], ['split', 'build/0', 'build/1', 'other'])).toEqual(['build~2']);
});

it('while the items are not known, none is gone', () => {
  expect(gone(['build/2', 'other/3'], ['split', 'build'])).toEqual([]);
  expect(gone(['build/2', 'other/3'], ['split'])).toEqual([]);
});

it('a step that the stage has under another toolchain stays as long as the stage', () => {
  expect(gone(['build.implement/0', 'removed.implement/0'], ['split', 'build/0'])).toEqual([
    'removed.implement~0',
  ]);
});

it('a folder of which it is not known who made it stays', () => {
  expect(gone(['away'], ['split'], { '.pipeline/failed/older/log': '' })).toEqual(['away']);
});
