import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { cli } from '../rig/command.ts';
import { temporaryFolder, projectWith } from '../rig/project.ts';
import { fakeTerminal } from '../rig/screen.ts';
import { counterpart } from './rig/counterparts.ts';

const stage = (command: string, more = '') =>
  `{kind: shell, ${more}with: {command: '${command}', outputs: [x]}}`;
const project = `version: 1
stages:
  fine: ${stage('for i in 1 2 3 4 5 6 7 8 9; do echo 出力 $i; sleep 0.1; done; echo > out/x')}
  bad: ${stage('sleep 0.2; echo no >&2; exit 3')}
  after: ${stage('echo > out/x', 'needs: {a: bad.x}, ')}
`;

counterpart('pty', (script) => {
  /** What a run leaves on a terminal of 60 x 20, and the bytes that it wrote. */
  async function runOn(env: { readonly [name: string]: string }) {
    const folder = projectWith({ 'pipeline.yaml': project });
    const command = `stty cols 60 rows 20; ${process.execPath} ${cli} run --jobs 2`;
    const file = join(temporaryFolder(), 'log');
    const { stdout, exitCode } = await execa(
      script,
      ['--quiet', '--return', '--flush', '--command', command, file],
      {
        cwd: folder,
        extendEnv: false,
        env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
        reject: false,
      },
    );
    expect(exitCode).toBe(1);
    const terminal = fakeTerminal(60, 20);
    terminal.write(stdout);
    const left = (await terminal.contents()).replace(/\d+(\.\d+)? m?s/g, 'TIME');
    return { left, written: stdout };
  }
  const end = `error[action/failed]: it ended with exit code 3
  │ no
  its work directory is kept: .pipeline/failed/bad
  its whole output: pipeline logs bad
  to try again: pipeline run bad
`;

  it('a terminal keeps what has ended, and nothing of the frames in between', async () => {
    const { left, written } = await runOn({});
    expect(left).toBe(`✖ bad    failed after TIME
${end}✔ fine   TIME
↓ 1 action not run because of bad: after
✖ failed: 1 ran, 0 up to date, 1 failed (bad), 1 not run in
  TIME`);
    expect(written).toMatch(/0\/3 done.*, 2 running/);
  });

  it.each([{ CI: 'true' }, { TERM: 'dumb' }])('with %o the cursor is never moved', async (env) => {
    const { left, written } = await runOn(env);
    expect(left).toContain(`bad    failed after TIME\n${end}`);
    expect(written).not.toMatch(/\u001b\[\d*[A-HJKsu]/);
  });
});
