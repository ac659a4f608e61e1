import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sha256 } from '../base/digest.ts';
import type { World } from '../core/contracts/world.ts';
import { clusterKeyFile, emulatedKeyFile } from './key-files.ts';

/**
 * Says by 64 hexadecimal digits which keys the boards have that an effect acts on, without disclosing them: an HMAC with each
 * key. It changes when a key is replaced, since boards with another key refuse what was signed before; null if a key cannot be
 * read.
 */
export function keyMark({ board, boards, ...world }: World): string | null {
  const files = (board === null ? boards : [board]).map(({ emulated }) =>
    emulated ? emulatedKeyFile(world.boardsDir) : clusterKeyFile(world),
  );
  try {
    return sha256([...new Set(files)].map(markOf).join());
  } catch {
    // Without it the effect itself says what is wrong with the file.
    return null;
  }
}

function markOf(file: string): string {
  const key = readFileSync(file, 'utf8').trim();
  return createHmac('sha256', key).update('finn-pipeline mark of a cluster key').digest('hex');
}
