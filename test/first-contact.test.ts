import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pipeline } from './rig/command.ts';
import { temporaryFolder } from './rig/project.ts';
import { root } from './rig/sources.ts';

it('the profile of docs/first-contact.md makes one submodel for one real board', async () => {
  const [, profile = ''] = /```yaml\n(contact:[^`]*)```/.exec(
    readFileSync(join(root, 'docs', 'first-contact.md'), 'utf8'),
  )!;
  const folder = temporaryFolder();
  cpSync(join(root, 'examples', 'tfc-w2a2'), folder, { recursive: true });
  const file = join(folder, 'pipeline.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8').trimEnd()}\n${profile.replace(/^/gm, '  ')}`);
  const { code, out, error } = await pipeline(folder, 'plan', '--json', '--profile', 'contact');
  expect(code, error).toBe(0);
  const actions = out
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly action: string }).action);
  expect(actions).toEqual(expect.arrayContaining(['build.probe', 'build.hardware', 'build', 'deploy/zed0']));
  expect(actions).not.toContain('deploy/zed1');
});
