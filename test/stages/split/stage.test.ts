import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../base/json.ts';
import { boardType } from '../../../boards/data.ts';
import { split } from '../../../stages/split/stage.ts';
import { readToolchain } from '../../../stages/toolchain.ts';

const { part, resources } = boardType('zedboard');
const zedboard = {
  name: 'zed0',
  type: 'zedboard',
  part,
  resources: { ...resources },
  emulated: true,
  address: null,
  ssh: null,
} as const;

/** The parameters of the work, which enter the key. */
function paramsOf(params: JsonObject, written: JsonObject): { readonly [name: string]: Json } {
  const toolchain = readToolchain(written);
  if (!toolchain.ok) throw new Error('the toolchain is refused');
  const action = split.action({
    params,
    toolchain: toolchain.value,
    target: { board: 'zedboard', part, clockMHz: 100 },
    platform: {},
    boardPart: null,
    cluster: [zedboard],
    item: null,
    board: null,
  });
  return action.params;
}

const manual = { strategy: 'manual', cuts: [] };
const greedy = { strategy: 'greedy' };
const modelled = { ...manual, overheads: 'modelled' };
const vivado = { backend: 'vivado', vivado: '2024.2' };

test.each([
  ['a manual split', manual, {}],
  ['a manual split by FINN’s estimates', manual, { model: 'finn' }],
  ['a greedy split by FINN’s estimates', greedy, { model: 'finn' }],
  ['overheads by FINN’s estimates', modelled, { model: 'finn' }],
])('the model, FIFOs and flip-flops are not in the key of %s', (_, params, toolchain) => {
  const entered = paramsOf(params, toolchain);
  expect(entered).not.toHaveProperty('model');
  expect(entered).not.toHaveProperty('fifos');
  expect(JSON.stringify(entered)).not.toContain('FF');
});

test.each([
  ['a greedy split', greedy, {}],
  ['overheads', modelled, {}],
  ['a split for Vivado', manual, vivado],
  ['a manual split with a limit of flip-flops', { ...manual, limits: { FF: 0.5 } }, {}],
])('the model and flip-flops are in the key of %s', (_, params, toolchain) => {
  expect(paramsOf(params, toolchain)).toMatchObject({
    model: 'rtl',
    boards: [{ resources: { FF: 106_400 } }],
  });
});

test('the depth of FIFOs is in the key where they are counted, unless it is minimal', () => {
  expect(paramsOf(modelled, {})).toMatchObject({ fifos: 33 });
  expect(paramsOf(modelled, { fifos: 'sized' })).toMatchObject({ fifos: 33 });
  expect(paramsOf(modelled, { fifos: 'minimal' })).not.toHaveProperty('fifos');
  expect(paramsOf(greedy, {})).not.toHaveProperty('fifos');
});

test('for Vivado, FINN’s limit of flip-flops joins the others only where they are counted', () => {
  expect(paramsOf(manual, vivado)['limits']).toMatchObject({ FF: 0.5 });
  expect(paramsOf(manual, { ...vivado, model: 'finn' })['limits']).not.toHaveProperty('FF');
});
