import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emulatedKey } from '../../../boards/emulated/store.ts';
import { removeTree } from '../../../base/remove-tree.ts';
import { temporaryFolder } from '../../rig/project.ts';

it('the key of emulated boards is made once', async () => {
  const boards = temporaryFolder();
  const key = await emulatedKey(boards);
  expect(await emulatedKey(boards)).toEqual(key);
  expect(statSync(join(boards, 'cluster.key')).mode & 0o777).toBe(0o600);
});

it.each<[string, (path: string) => void]>([
  ['not a key', (path) => writeFileSync(path, 'damaged')],
  ['readable by others', (path) => chmodSync(path, 0o644)],
  [
    'a folder',
    (path) => {
      removeTree(path);
      mkdirSync(path);
    },
  ],
])('a damaged one is replaced: %s', async (_, damage) => {
  const boards = temporaryFolder();
  const path = join(boards, 'cluster.key');
  const before = await emulatedKey(boards);
  damage(path);
  const after = await emulatedKey(boards);
  expect(after).not.toEqual(before);
  expect(await emulatedKey(boards)).toEqual(after);
  expect(readFileSync(path, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
});
