import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../core/contracts/types.ts';
import { cli } from '../rig/command.ts';
import { temporaryFolderForSuite } from '../rig/project.ts';
import { recordsOf } from '../rig/records.ts';

const example = join(import.meta.dirname, '..', '..', 'examples', 'tfc-w2a2');

/** What effects report depends on the moment: how long the boards took. */
const reportsOfEffects = ['deploy/zed0', 'deploy/zed1', 'smoke'];

/** Runs the example in a folder, as a user with these settings would. */
async function recordsIn(
  folder: string,
  settings: { readonly umask: string; readonly env: Readonly<Record<string, string>> },
): Promise<Readonly<Record<string, ActionRecord>>> {
  mkdirSync(folder, { recursive: true });
  cpSync(example, folder, { recursive: true });
  const run = ['-c', `umask ${settings.umask}; exec "$@"`, 'sh', process.execPath, cli, 'run'];
  await execa('sh', run, { cwd: folder, env: settings.env });
  return recordsOf(folder);
}

describe('the same network in two places, by two users', () => {
  let here: Readonly<Record<string, ActionRecord>>;
  let there: Readonly<Record<string, ActionRecord>>;
  beforeAll(async () => {
    const root = temporaryFolderForSuite();
    here = await recordsIn(join(root, 'a'), { umask: '022', env: { TZ: 'UTC' } });
    there = await recordsIn(join(root, 'a folder with a longer name', 'below another'), {
      umask: '077',
      env: { TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8', USER: 'someone' },
    });
  });

  it('has the same keys', () => {
    const keysOf = (records: typeof here) =>
      Object.fromEntries(Object.entries(records).map(([label, { fingerprint }]) => [label, fingerprint]));
    expect(Object.keys(here)).toHaveLength(14);
    expect(keysOf(there)).toEqual(keysOf(here));
  });

  it('has the same bytes in every output', () => {
    for (const [label, { outputs, items }] of Object.entries(here))
      if (!reportsOfEffects.includes(label))
        expect({ label, outputs: there[label]?.outputs, items: there[label]?.items }).toEqual({
          label,
          outputs,
          items,
        });
  });
});
