import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../contracts/store.ts';
import type { ActionRecord } from '../contracts/types.ts';
import { readJson, writeFileAtomically } from '../../base/json-file.ts';
import type { Layout } from './layout.ts';
import { fileNameOf } from './layout.ts';

/**
 * The receipt of an effect: what it did last. Unlike build results, an older receipt never counts again, because the world
 * has changed since.
 */
export function readReceipt(layout: Layout, label: string): ActionRecord | null {
  return receiptAt(join(layout.receipts, fileNameOf(label)));
}

/** The receipts of all effects. */
export function allReceipts(layout: Layout): readonly ActionRecord[] {
  if (!existsSync(layout.receipts)) return [];
  return readdirSync(layout.receipts).flatMap((name) => receiptAt(join(layout.receipts, name)) ?? []);
}

/** `board`: the board that the effect changed; null if it changed none. */
export function writeReceipt(
  layout: Layout,
  label: string,
  board: string | null,
  record: ActionRecord,
): void {
  writeFileAtomically(join(layout.receipts, fileNameOf(label)), JSON.stringify({ board, record }));
}

/**
 * Called before an effect starts: half done, it has no receipt. If it changes a board, the receipts of other effects for
 * that board no longer count, nor do those for no particular board.
 */
export function voidReceipts(layout: Layout, label: string, board: string | null): void {
  rmSync(join(layout.receipts, fileNameOf(label)), { force: true });
  if (board === null || !existsSync(layout.receipts)) return;
  for (const name of readdirSync(layout.receipts)) {
    const about = (readJson(join(layout.receipts, name)) as Partial<Receipt> | null)?.board ?? null;
    if (about === null || about === board) rmSync(join(layout.receipts, name), { force: true });
  }
}

interface Receipt {
  readonly board: string | null;
  readonly record: ActionRecord;
}

function receiptAt(path: string): ActionRecord | null {
  const receipt = readJson(path) as Partial<Receipt> | null;
  return isRecord(receipt?.record) ? receipt.record : null;
}
