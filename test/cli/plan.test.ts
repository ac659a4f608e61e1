import { writeFileSync, readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pipeline } from '../rig/command.ts';
import { projectWith } from '../rig/project.ts';

const file = `version: 1
stages:
  a: {kind: shell, with: {inputs: [none], command: 'true', outputs: [o]}}
  b: {kind: shell, needs: {x: a}, with: {command: 'true', outputs: [o]}}
  c: {kind: shell, needs: {x: b}, with: {command: 'true', outputs: [o]}}
  d: {kind: shell, with: {command: 'echo > out/o', outputs: [o]}}
`;

it('a plan lists what waits for an action that would fail, and counts that one', async () => {
  const folder = projectWith({ 'pipeline.yaml': file });
  const { code, out } = await pipeline(folder, 'plan');
  expect(code).toBe(1);
  expect(out.split('\n')).toEqual([
    'b  may run    (needs a)',
    'c  may run    (needs b)',
    'd  would run  first time',
    'a  would fail',
    '1 would run, 2 may run, 0 up to date, 1 would fail',
    '',
  ]);
});

it('what damage has left nothing of is not what never ran', async () => {
  const folder = projectWith({ 'pipeline.yaml': file.replace('inputs: [none], ', '') });
  for (const command of ['status', 'history'])
    expect((await pipeline(folder, command)).out).toBe('nothing has run here yet\n');
  await pipeline(folder, 'run', 'd');
  const journal = join(folder, '.pipeline/journal');
  for (const name of readdirSync(journal)) truncateSync(join(journal, name), 50);
  const damaged = 'the records of earlier runs are damaged: there is no readable one\n';
  for (const command of ['status', 'history']) expect((await pipeline(folder, command)).out).toBe(damaged);
  writeFileSync(join(journal, readdirSync(journal)[0] ?? ''), '');
  expect((await pipeline(folder, 'status')).out).toBe(damaged);
});
