import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { keyMark } from '../../../boards/key-mark.ts';
import { encodeKey, makeKey } from '../../../boards/keys.ts';
import { writePackage } from '../../../boards/package/directory.ts';
import type { World } from '../../../core/contracts/world.ts';
import { cutParts, packageOf } from '../../boards/fixture.ts';
import { pipeline } from '../../rig/command.ts';
import { projectWith, temporaryFolder } from '../../rig/project.ts';

it('a run deploys again after the key of the boards was replaced, since they refuse what the old one signed', async () => {
  const folder = projectWith({
    'pipeline.yaml': `version: 1
stages:
  made: {kind: shell, with: {command: cp -r in/files/packages/00 out/package, inputs: [packages], outputs: [package]}}
  deploy: {kind: deploy, foreach: cluster, needs: {packages: made}}
cluster: {zed0: {board: zedboard}}
`,
  });
  const [part] = await cutParts();
  await writePackage(join(folder, 'packages/00'), packageOf(part!));
  expect((await pipeline(folder, 'run')).out).toContain('✔ done: 2 ran');
  expect((await pipeline(folder, 'run')).out).toContain('✔ 2 up to date');
  writeFileSync(join(folder, '.pipeline/boards/cluster.key'), `${encodeKey(makeKey())}\n`);
  expect((await pipeline(folder, 'run')).out).toContain('✔ done: 1 ran, 1 up to date');
  expect((await pipeline(folder, 'run')).out).toContain('✔ 2 up to date');
});

it('the mark of a key does not depend on how the file ends, and holds nothing of the key', () => {
  const project = temporaryFolder();
  const about = { name: 'zed0', type: 'zedboard', part: '', resources: {} };
  const board = {
    ...about,
    emulated: false,
    address: { host: '10.0.0.1', port: 7411 },
    ssh: 'zed0',
  } as const;
  const world: World = {
    project,
    boardsDir: '',
    emulatedBoard: '',
    tools: { boards: { key: 'lab.key' } },
    board,
    boards: [],
  };
  const markOf = (text: string): string | null => {
    writeFileSync(join(project, 'lab.key'), text);
    return keyMark(world);
  };
  expect(keyMark(world)).toBeNull();
  const [one, other] = [encodeKey(makeKey()), encodeKey(makeKey())];
  expect(markOf(`${one}\n`)).toMatch(/^[0-9a-f]{64}$/);
  expect(markOf(one)).toBe(markOf(`${one}\r\n`));
  expect(markOf(other)).not.toBe(markOf(one));
  expect(markOf(one)).not.toContain(one.slice(0, 8));
});
