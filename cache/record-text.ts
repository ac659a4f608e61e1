import type { Digest } from '../base/digest.ts';
import { sealed, unsealed } from '../base/sealed.ts';
import { isRecord } from '../core/contracts/record.ts';
import type { ActionRecord } from '../core/contracts/types.ts';

/** The record of a fingerprint as stores keep it, with a checksum in front that no other fingerprint's record has. */
export function recordText(record: ActionRecord): string {
  return sealed(whatOf(record.fingerprint), record);
}

/** Reads it back; null if it is damaged, or another fingerprint's. */
export function recordIn(contents: string, fingerprint: Digest): ActionRecord | null {
  // Earlier versions wrote records without a seal; an update must not rebuild what took days.
  const record = contents.startsWith('{') ? parsed(contents) : unsealed(whatOf(fingerprint), contents);
  return isRecord(record) && record.fingerprint === fingerprint ? record : null;
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
