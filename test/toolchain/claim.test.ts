import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defined } from '../../base/defined.ts';
import { runTool } from '../../toolchain/tool-process.ts';
import { claimFolder } from '../../toolchain/claim.ts';
import { temporaryFolder } from '../rig/project.ts';

const claimed = async (folder: string) =>
  defined(await claimFolder(folder, new AbortController().signal, () => undefined), 'nothing interrupts it');

it('what an owner starts is found by the next one, even if the owner was killed as it started', async () => {
  const folder = temporaryFolder();
  const first = await claimed(folder);
  const left = spawn('setsid', ['sleep', '600'], { env: { ...process.env, ...first.variables } });
  const ended = once(left, 'exit');
  // As a killed owner leaves it: its token is there, and its lock is no one's.
  writeFileSync(join(folder, 'lock'), 'left');
  const second = await claimed(folder);
  await ended;
  expect(second.variables).not.toEqual(first.variables);
  second.release();
  expect(existsSync(join(folder, 'token'))).toBe(false);
});

it('every process of a tool has the token of the owner', async () => {
  const owner = await claimed(temporaryFolder());
  const variables = { PATH: process.env['PATH'], ...owner.variables };
  const exit = await runTool({ argv: ['sh', '-c', 'setsid env | grep PIPELINE_JOB'], variables });
  expect(exit).toMatchObject({ answer: `PIPELINE_JOB=${owner.variables['PIPELINE_JOB'] ?? ''}` });
  owner.release();
});
