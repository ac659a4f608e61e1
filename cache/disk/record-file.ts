import { readFileSync } from 'node:fs';
import { isRecord } from '../../core/contracts/record.ts';
import type { ActionRecord } from '../../core/contracts/types.ts';

/** The record in a file; null if there is none that this program can read. */
export function readRecord(path: string): ActionRecord | null {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as unknown;
    return isRecord(record) ? record : null;
  } catch {
    return null;
  }
}
