import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { bestEffort, writeFileAtomically } from '../base/json-file.ts';
import { readRegularFile } from '../base/regular-file.ts';
import type { Environment } from './environment.ts';

const keyBytes = 32;

/**
 * The key by which this user recognises what their own runs left in a project: random, in the user's state folder, readable by
 * no one else. Null if there is none.
 */
export function userKey(environment: Environment): Uint8Array | null {
  const path = keyFile(environment);
  const key = readRegularFile(path);
  if (key?.length !== keyBytes) return null;
  // A key that others can read proves nothing.
  return (statSync(path).mode & 0o077) === 0 ? key : null;
}

/** The same key, made if there is none, or others could read it; null where none can be kept. */
export function makeUserKey(environment: Environment): Uint8Array | null {
  const known = userKey(environment);
  if (known !== null) return known;
  const path = keyFile(environment);
  bestEffort(() => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileAtomically(path, randomBytes(keyBytes));
    chmodSync(path, 0o600);
  });
  return userKey(environment);
}

/** By the XDG specification, which requires ignoring a relative path. */
function keyFile({ home, variables }: Environment): string {
  const { XDG_STATE_HOME: state = '' } = variables;
  return join(isAbsolute(state) ? state : join(home, '.local/state'), 'finn-pipeline', 'key');
}
