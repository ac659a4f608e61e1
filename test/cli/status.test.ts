import { expect, it } from 'vitest';
import { pipeline } from '../rig/command.ts';
import { projectWith } from '../rig/project.ts';

const stage = (command: string, needs: string) =>
  `{kind: shell, ${needs}with: {command: '${command}', outputs: [x]}}`;

it('status shows every action, stage by stage, in columns as wide as their names', async () => {
  const folder = projectWith({
    'pipeline.yaml': `version: 1
stages:
  last: ${stage('echo > out/x', 'needs: {a: with-a-longer-name.x}, ')}
  with-a-longer-name: ${stage('echo no >&2; exit 3', 'needs: {a: first.x}, ')}
  first: ${stage('echo > out/x', '')}
`,
  });
  expect((await pipeline(folder, 'run')).code).toBe(1);
  const { out } = await pipeline(folder, 'status');
  const shown = out.replace(/ +\d+(\.\d+)? m?s/g, (time) => 'TIME'.padStart(time.length));
  expect(shown.replace(/^.*: failed in +TIME\n/, '')).toBe(
    `first               ok                 TIME
with-a-longer-name  failed             TIME
error[action/failed]: it ended with exit code 3
  │ no
last                not run                  needs with-a-longer-name
`,
  );
});
