import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { artifactOf } from '../../core/contracts/artifact.ts';
import type { ResolvedAction } from '../../core/execution/action.ts';
import { prepare } from '../../core/execution/workspace.ts';
import { temporaryFolder } from '../rig/project.ts';
import { openTestStore } from '../rig/stores.ts';

/** The `in/` of an action with these parameters and a port that takes so many artifacts. */
async function inputsOf(params: object, count: number): Promise<string> {
  const folder = temporaryFolder();
  const empty = { artifact: artifactOf([]), sources: null, producer: 'maker' };
  const resolved = {
    spec: { params, run: { type: 'builtin', name: 'work' } },
    inputs: { port: Array.from({ length: count }, () => empty) },
  } as unknown as ResolvedAction;
  const job = join(folder, 'job');
  const prepared = await prepare(resolved, job, folder, folder, openTestStore(join(folder, 'cache')));
  expect(prepared).toEqual({ type: 'ready' });
  return join(job, 'in');
}

describe('the folder of a job', () => {
  it.each([
    [1, '00', '00'],
    [100, '00', '99'],
    [101, '000', '100'],
    [1001, '0000', '1000'],
  ])('has %i artifacts of a port in the order of their names', async (count, first, last) => {
    const names = readdirSync(join(await inputsOf({}, count), 'port')).sort();
    expect([names.length, names[0], names.at(-1)]).toEqual([count, first, last]);
    expect(names.map(Number)).toEqual(Array.from({ length: count }, (_, at) => at));
  });

  it('has the parameters in one order, whatever that of the file', async () => {
    const read = async (params: object): Promise<string> =>
      readFileSync(join(await inputsOf(params, 0), 'params.json'), 'utf8');
    expect(await read({ b: { d: 1, c: 2 }, a: 3 })).toBe(await read({ a: 3, b: { c: 2, d: 1 } }));
  });
});
