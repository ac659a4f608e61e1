import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '../../base/remove-tree.ts';
import { isRecord } from '../contracts/record.ts';
import type { ActionRecord } from '../contracts/types.ts';
import { isJsonObject } from '../../base/json.ts';
import { readSealed, writeSealed } from '../../base/sealed.ts';
import type { Layout } from './layout.ts';
import { fileNameOf } from './layout.ts';

/**
 * The receipt of an effect: what it did last. Unlike build results, an older receipt never counts again, because the world
 * has changed since; nor does one with another mark, see `ExecutionContext.markOf`.
 */
export function readReceipt(layout: Layout, label: string, mark: string | null): ActionRecord | null {
  const receipt = receiptNamed(layout, fileNameOf(label));
  return receipt?.mark === mark ? receipt.record : null;
}

/** The receipts of all effects. */
export function allReceipts(layout: Layout): readonly ActionRecord[] {
  return namesOf(layout).flatMap((name) => receiptNamed(layout, name)?.record ?? []);
}

/** `board`: the board that the effect changed; null if it changed none. */
export function writeReceipt(
  layout: Layout,
  label: string,
  board: string | null,
  mark: string | null,
  record: ActionRecord,
): void {
  const name = fileNameOf(label);
  writeSealed(join(layout.receipts, name), whatOf(name), { board, mark, record });
}

/**
 * Called before an effect starts: half done, it has no receipt. If it changes a board, the receipts of other effects for
 * that board no longer count, nor do those for no particular board, nor those that cannot be read.
 */
export function voidReceipts(layout: Layout, label: string, board: string | null): void {
  removeTree(join(layout.receipts, fileNameOf(label)));
  if (board === null) return;
  for (const name of namesOf(layout)) {
    const about = receiptNamed(layout, name)?.board ?? null;
    if (about === null || about === board) removeTree(join(layout.receipts, name));
  }
}

interface Receipt {
  readonly board: string | null;
  readonly mark: string | null;
  readonly record: ActionRecord;
}

function receiptNamed(layout: Layout, name: string): Receipt | null {
  const receipt = readSealed(join(layout.receipts, name), whatOf(name));
  if (!isJsonObject(receipt)) return null;
  const { board, mark, record } = receipt as { readonly [field in keyof Receipt]?: unknown };
  return isRecord(record) && isTextOrNull(board) && isTextOrNull(mark) ? { board, mark, record } : null;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function whatOf(name: string): string {
  return `receipt ${name}`;
}

function namesOf({ receipts }: Layout): readonly string[] {
  return existsSync(receipts) ? readdirSync(receipts) : [];
}
