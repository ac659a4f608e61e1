import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { endOf, runTool } from '../../toolchain/tool-process.ts';
import { isRunning } from '../rig/process.ts';
import { temporaryFolder } from '../rig/project.ts';

const variables = { PATH: process.env['PATH'] };
const shell = (command: string): readonly string[] => ['sh', '-c', command];

it('returns the output of a tool, stdout separately, and reports its lines as they come', async () => {
  const lines: string[] = [];
  const exit = await runTool({
    argv: shell('echo one; echo two >&2; exit 3'),
    variables,
    onLine: (line) => lines.push(line),
  });
  expect(exit).toMatchObject({ type: 'exited', code: 3, answer: 'one' });
  expect(lines.sort()).toEqual(['one', 'two']);
});

it('passes only the named environment to a tool', async () => {
  const exit = await runTool({ argv: shell('echo "$HOME$MINE"'), variables: { ...variables, MINE: 'yes' } });
  expect(exit).toMatchObject({ answer: 'yes' });
});

it('reports a missing program', async () => {
  expect((await runTool({ argv: ['no-such-program'], variables })).type).toBe('not-started');
});

it('distinguishes a killed tool from one that succeeded', async () => {
  expect(await runTool({ argv: shell('kill -9 $$'), variables })).toMatchObject({
    type: 'exited',
    code: 128,
    output: '\nSIGKILL',
  });
});

it('ends a tool and everything it started after its time limit', async () => {
  const children: number[] = [];
  const exit = await runTool({
    argv: shell('sleep 600 & echo $!; wait'),
    variables,
    timeoutMilliseconds: 1000,
    onLine: (line) => children.push(Number(line)),
  });
  expect(exit.type).toBe('timed-out');
  expect(children.map(isRunning)).toEqual([false]);
});

it('ends it on request', async () => {
  const interruption = new AbortController();
  const exit = await runTool({
    argv: shell('echo started; sleep 600'),
    variables,
    signal: interruption.signal,
    onLine: () => {
      interruption.abort();
    },
  });
  expect(exit.type).toBe('interrupted');
  expect(await runTool({ argv: shell('echo'), variables, signal: interruption.signal })).toMatchObject({
    type: 'interrupted',
  });
});

it('keeps the last lines for a diagnostic', () => {
  expect(endOf(Array.from({ length: 20 }, (_, at) => `${at}\n`).join(''))).toBe(
    '8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19',
  );
});

it('throws what the system says if it can start no program', async () => {
  const argv = ['true', 'x'.repeat(200_000)];
  await expect(runTool({ argv, variables })).rejects.toMatchObject({ code: 'E2BIG', syscall: 'spawn' });
});

it('ends what an interrupted tool started, even in another session', async () => {
  const folder = temporaryFolder();
  const interruption = new AbortController();
  const command = `setsid sleep 600 & echo $! > ${folder}/pid; echo ready; sleep 600`;
  const exit = await runTool({
    argv: shell(command),
    variables,
    signal: interruption.signal,
    onLine: () => {
      interruption.abort();
    },
  });
  expect(exit.type).toBe('interrupted');
  expect(isRunning(Number(readFileSync(join(folder, 'pid'), 'utf8')))).toBe(false);
});
