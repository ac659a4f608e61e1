import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordOf } from '../build/facts.mjs';
import { facts, row } from './rig/facts.ts';
import { root } from './rig/sources.ts';

const standIns = [
  ...readdirSync(join(root, 'test', 'fake-tools', 'lib')).map((name) => `test/fake-tools/lib/${name}`),
  ...readdirSync(join(root, 'test', 'fake-board')).map((name) => `test/fake-board/${name}`),
  'test/server/fake-accelerator.cpp',
];

/** The rows that a stand-in names: `row ID...` in Tcl and shell, `row("ID")` in C++. */
function rowsNamedIn(path: string): readonly string[] {
  const text = readFileSync(join(root, path), 'utf8');
  if (path.endsWith('.cpp')) return [...text.matchAll(/\brow\("([^"]+)"\)/g)].map(([, id]) => id!);
  return [...text.matchAll(/(?:^|[{;]|&&)[ \t]*row ((?:[a-z0-9-]+\/[a-z0-9-]+[ \t]*)+)/gm)].flatMap(
    ([, ids]) => ids!.trim().split(/\s+/),
  );
}

describe('docs/facts.md', () => {
  it('has no mark that changed without its source', () => {
    const recorded = JSON.parse(readFileSync(join(root, 'test', 'facts.json'), 'utf8')) as object;
    const now = Object.fromEntries([...facts].map(([id, fact]) => [id, recordOf(fact)]));
    expect(recorded, 'run node build/facts.mjs').toEqual(now);
  });

  it.each([...facts].filter(([, { mark }]) => mark !== 'guessed'))(
    'names a source for %s',
    (_, { source }) => {
      expect(source).not.toMatch(/recalled|supposed|not looked up|inferred from/);
      expect(source.length).toBeGreaterThan(8);
    },
  );

  it.each(standIns)('has every row that %s names', (path) => {
    expect(() => rowsNamedIn(path).map(row)).not.toThrow();
  });
});
