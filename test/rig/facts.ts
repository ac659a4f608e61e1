import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFacts } from '../../build/facts.mjs';
import { root } from './sources.ts';

/** The rows of docs/facts.md, by id. */
export const facts = parseFacts(readFileSync(join(root, 'docs', 'facts.md'), 'utf8'));

/** The row of this id; throws if there is none. */
export function row(id: string) {
  const found = facts.get(id);
  if (found === undefined) throw new Error(`docs/facts.md has no row ${id}`);
  return found;
}

/** The guessed ones among rows. */
export function guessedAmong(ids: Iterable<string>): readonly string[] {
  return [...new Set(ids)].filter((id) => row(id).mark === 'guessed').sort();
}
