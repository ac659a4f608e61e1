import { expect, it } from 'vitest';
import { layoutOf } from '../../core/state/layout.ts';
import { readReceipt, voidReceipts, writeReceipt } from '../../core/state/receipts.ts';
import type { ActionRecord } from '../../core/contracts/types.ts';
import { temporaryFolder, writeIn } from '../rig/project.ts';

const record: ActionRecord = {
  format: 1,
  fingerprint: 'f'.repeat(64),
  outputs: {},
  items: {},
  log: null,
  summary: null,
  detail: [],
  emulated: true,
  warnings: [],
};

it('an effect that changes a board removes every other receipt for that board, and those for no single board', () => {
  const layout = layoutOf(temporaryFolder());
  writeReceipt(layout, 'deploy/zed0', 'zed0', null, record);
  writeReceipt(layout, 'other/zed0', 'zed0', null, record);
  writeReceipt(layout, 'deploy/zed1', 'zed1', null, record);
  writeReceipt(layout, 'smoke', null, null, record);
  voidReceipts(layout, 'other/zed0', 'zed0');
  expect(readReceipt(layout, 'deploy/zed0', null)).toBeNull();
  expect(readReceipt(layout, 'other/zed0', null)).toBeNull();
  expect(readReceipt(layout, 'smoke', null)).toBeNull();
  expect(readReceipt(layout, 'deploy/zed1', null)).toEqual(record);
});

it('an effect that changes no board removes only its own', () => {
  const layout = layoutOf(temporaryFolder());
  writeReceipt(layout, 'deploy/zed0', 'zed0', null, record);
  writeReceipt(layout, 'smoke', null, null, record);
  voidReceipts(layout, 'smoke', null);
  expect(readReceipt(layout, 'smoke', null)).toBeNull();
  expect(readReceipt(layout, 'deploy/zed0', null)).toEqual(record);
});

it('a receipt counts only with the mark that it was written with', () => {
  const layout = layoutOf(temporaryFolder());
  writeReceipt(layout, 'deploy/zed0', 'zed0', 'one key', record);
  expect(readReceipt(layout, 'deploy/zed0', 'another key')).toBeNull();
  expect(readReceipt(layout, 'deploy/zed0', null)).toBeNull();
  expect(readReceipt(layout, 'deploy/zed0', 'one key')).toEqual(record);
});

it.each(['', '[]', 'null', '{"board":null}', '{"board":null,"record":{"format":99}}'])(
  'a receipt that cannot be read is none: %s',
  (text) => {
    const layout = layoutOf(temporaryFolder());
    writeIn(layout.project, '.pipeline/receipts/smoke', text);
    expect(readReceipt(layout, 'smoke', null)).toBeNull();
  },
);
