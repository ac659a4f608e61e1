import { describe, expect, test } from 'vitest';
import { loadPlan } from '../../core/config/load.ts';
import type { StageKind } from '../../core/contracts/stage.ts';
import { deploy } from '../../stages/deploy/stage.ts';
import { smoke } from '../../stages/smoke/stage.ts';
import { registryWith } from '../rig/engine.ts';

const registry = registryWith([]);

/** The parts of a file that are in the key of an effect on its first board. */
async function keyOf(kind: StageKind, board: string, more = '', params = {}): Promise<string> {
  const stage = "{kind: shell, with: {command: 'true', outputs: [x]}}";
  const cluster = `cluster: {zed0: {board: zedboard${board}}, zed1: {board: zedboard}}`;
  const loaded = await loadPlan(
    'pipeline.yaml',
    `version: 1\nstages: {a: ${stage}}\n${cluster}\n${more}`,
    null,
    registry,
  );
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join('\n'));
  const { cluster: boards, target, stages } = loaded.value;
  const toolchain = stages[0]!.toolchain;
  const context = {
    params,
    toolchain,
    target,
    platform: {},
    boardPart: null,
    cluster: boards,
    item: null,
    board: boards[0]!,
  };
  return JSON.stringify(kind.action(context).params);
}

describe.each([
  ['deploy', deploy],
  ['smoke', smoke],
])('in the key of %s is', (_, kind) => {
  const base = ', address: lab0';

  test.each([
    ['whether a board is emulated', '', base],
    ['its address', base, ', address: lab1'],
    ['the port of its server', base, `${base}, port: 7412`],
  ])('%s', async (_what, before, after) => {
    expect(await keyOf(kind, after)).not.toBe(await keyOf(kind, before));
  });

  test('not a default port, not the SSH destination, and not the paths of key and configuration', async () => {
    const before = await keyOf(kind, base);
    expect(await keyOf(kind, `${base}, port: 7411`)).toBe(before);
    expect(await keyOf(kind, `${base}, ssh: root@lab0`)).toBe(before);
    const tools = 'tools: {boards: {key: lab.key, ssh-config: lab.conf}}';
    expect(await keyOf(kind, base, tools)).toBe(before);
  });
});

test('the number of old packages is in the key of deploy, but only if it is given', async () => {
  const before = await keyOf(deploy, '');
  expect(before).not.toContain('keep');
  expect(await keyOf(deploy, '', '', { keep: 3 })).not.toBe(before);
});
