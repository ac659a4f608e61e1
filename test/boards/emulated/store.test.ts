import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { makeDeployment } from '../../../boards/deployment.ts';
import { readDeployment } from '../../../boards/emulated/state.ts';
import { storeDeployment } from '../../../boards/emulated/store.ts';
import { makeKey } from '../../../boards/keys.ts';
import { removeTree } from '../../../base/remove-tree.ts';
import { temporaryFolder } from '../../rig/project.ts';

const key = makeKey();
const deployment = makeDeployment(['a'.repeat(64)], ['zed0']);

const asFile = (path: string): void => {
  removeTree(path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'damaged');
};
const asFolder = (path: string): void => {
  removeTree(path);
  mkdirSync(join(path, 'inside'), { recursive: true });
};

it.each<[string, (directory: string) => void]>([
  ['the folder of all boards is a file', (directory) => asFile(dirname(directory))],
  ['its folder is a file', (directory) => asFile(directory)],
  ['the folder of its packages is a file', (directory) => asFile(join(directory, 'packages'))],
  ['its deployment is a folder', (directory) => asFolder(join(directory, 'deployment.json'))],
  [
    'a deployment that was being written is a folder',
    (directory) => asFolder(join(directory, '.incoming-deployment.json')),
  ],
  ['its deployment is damaged', (directory) => asFile(join(directory, 'deployment.json'))],
])('an emulated board can be deployed to again if %s', async (_, damage) => {
  const directory = join(temporaryFolder(), 'boards', 'zed0');
  await storeDeployment(directory, 'zed0', deployment, key);
  damage(directory);
  await storeDeployment(directory, 'zed0', deployment, key);
  expect((await readDeployment(directory, 'zed0', key))?.deployment).toBe(deployment.deployment);
});
