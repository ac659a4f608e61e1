import type { Digest } from '../../base/digest.ts';
import { readRegularText } from '../../base/regular-file.ts';
import { sealed, unsealed } from '../../base/sealed.ts';
import { isRecord } from '../../core/contracts/record.ts';
import type { ActionRecord } from '../../core/contracts/types.ts';

/** The record of a fingerprint in a file; null if there is none, or it is damaged or another one's. */
export function readRecord(path: string, fingerprint: Digest): ActionRecord | null {
  const contents = readRegularText(path);
  if (contents === null) return null;
  // Earlier versions wrote records without a seal; an update must not rebuild what took days.
  const record = contents.startsWith('{') ? parsed(contents) : unsealed(whatOf(fingerprint), contents);
  return isRecord(record) && record.fingerprint === fingerprint ? record : null;
}

/** The contents of a record's file. */
export function recordText(record: ActionRecord): string {
  return sealed(whatOf(record.fingerprint), record);
}

function whatOf(fingerprint: Digest): string {
  return `record ${fingerprint}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
