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
  const { out } = await pipeline(folder, 'plan', '--json', '--profile', 'contact');
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly action?: string; readonly code?: string });
  // The machine of the test has neither Vivado nor the key of a board.
  const mistakes = lines.filter(({ code }) => code !== undefined && /^(config|usage|file)\//.test(code));
  expect(mistakes).toEqual([]);
  const actions = lines.flatMap(({ action }) => action ?? []);
  expect(actions).toEqual(expect.arrayContaining(['build.probe', 'build.hardware', 'build', 'deploy/zed0']));
  expect(actions).not.toContain('deploy/zed1');
});
