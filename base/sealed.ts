import { createHmac } from 'node:crypto';
import { sha256 } from './digest.ts';
import { displacing } from './displace.ts';
import { writeFileAtomically } from './json-file.ts';
import { readRegularText } from './regular-file.ts';

/**
 * Computes the seal in front of a text of our own state, which vouches for it. `what` says which text it is, such as
 * `receipt deploy/zed0`, so that one is never taken for another.
 */
export type Seal = (what: string, text: string) => string;

/** Finds damage. */
export const checksum: Seal = (what, text) => sha256(`${what}\n${text}`);

/** Also finds what someone without the key wrote. */
export function macWith(key: Uint8Array): Seal {
  return (what, text) => createHmac('sha256', key).update(`${what}\n${text}`).digest('hex');
}

/** The text of a JSON value with its seal in front, on a line of its own. */
export function sealed(what: string, value: unknown, seal: Seal = checksum): string {
  const text = JSON.stringify(value);
  return `${seal(what, text)}\n${text}`;
}

/** The value of a sealed text; null if the seal is not right. */
export function unsealed(what: string, contents: string, seal: Seal = checksum): unknown {
  const end = contents.indexOf('\n');
  const text = contents.slice(end + 1);
  if (end < 0 || seal(what, text) !== contents.slice(0, end)) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The value in a sealed file of our own state; null if there is none, or it is damaged. */
export function readSealed(path: string, what: string, seal?: Seal): unknown {
  const contents = readRegularText(path);
  return contents === null ? null : unsealed(what, contents, seal);
}

/** Writes a sealed file of our own state: readers see the old contents or the new, never half. */
export function writeSealed(path: string, what: string, value: unknown, seal?: Seal): void {
  const contents = sealed(what, value, seal);
  displacing(path, () => {
    writeFileAtomically(path, contents);
  });
}
