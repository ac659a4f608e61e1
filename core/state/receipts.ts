import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { recordFormat } from '../store.ts';
import type { ActionRecord } from '../types.ts';
import { readJson, writeFileAtomically } from './json-file.ts';
import type { Layout } from './layout.ts';
import { fileNameOf } from './layout.ts';

/**
 * The receipt of an effect: what it did last. Unlike results of a build, an older receipt never counts again, because the
 * world has moved on since.
 */
export function readReceipt(layout: Layout, label: string): ActionRecord | null {
  return receiptAt(join(layout.receipts, fileNameOf(label)));
}

/** The receipts of all effects. */
export function allReceipts(layout: Layout): readonly ActionRecord[] {
  if (!existsSync(layout.receipts)) return [];
  return readdirSync(layout.receipts).flatMap((name) => receiptAt(join(layout.receipts, name)) ?? []);
}

export function writeReceipt(layout: Layout, label: string, record: ActionRecord): void {
  writeFileAtomically(join(layout.receipts, fileNameOf(label)), JSON.stringify(record));
}

/** Called before the effect starts: half done, it has no receipt. */
export function voidReceipt(layout: Layout, label: string): void {
  rmSync(join(layout.receipts, fileNameOf(label)), { force: true });
}

function receiptAt(path: string): ActionRecord | null {
  const receipt = readJson(path) as ActionRecord | null;
  return receipt?.format === recordFormat ? receipt : null;
}
