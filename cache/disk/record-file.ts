import type { Digest } from '../../base/digest.ts';
import { readRegularText } from '../../base/regular-file.ts';
import type { ActionRecord } from '../../core/contracts/types.ts';
import { recordIn } from '../record-text.ts';

/** The record of a fingerprint in a file; null if there is none, or it is damaged or another one's. */
export function readRecord(path: string, fingerprint: Digest): ActionRecord | null {
  const contents = readRegularText(path);
  return contents === null ? null : recordIn(contents, fingerprint);
}
