import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';

/** A real program that we hold ours against, and how to find it on this machine. */
interface Counterpart {
  /** What is missing, for people. */
  readonly what: string;
  readonly remedy: string;
  /** The path of its program, or null where there is none. */
  readonly find: () => string | null;
}

const root = join(import.meta.dirname, '..', '..');

const counterparts = {
  finn: {
    what: 'FINN+',
    remedy: 'run .ci/finn-environment .venv/finn, or name its Python in PIPELINE_TEST_FINN_PYTHON',
    find: () =>
      existing(process.env['PIPELINE_TEST_FINN_PYTHON'] ?? join(root, '.venv', 'finn', 'bin', 'python')),
  },
} satisfies Readonly<Record<string, Counterpart>>;

/**
 * Declares tests against a counterpart; `tests` gets the path of its program. Where it is missing one skipped test says
 * so, or one failing test if PIPELINE_TEST_REQUIRED (names with commas between) lists it.
 */
export function counterpart(name: keyof typeof counterparts, tests: (program: string) => void): void {
  const { what, remedy, find } = counterparts[name];
  const program = find();
  if (program !== null) {
    describe(`against ${what}`, () => {
      tests(program);
    });
    return;
  }
  const reason = `no ${what}; ${remedy}`;
  const required = (process.env['PIPELINE_TEST_REQUIRED'] ?? '').split(',').includes(name);
  if (!required) console.warn(`skipped: ${reason}`);
  test(required ? `against ${what}` : `skipped: ${reason}`, ({ skip }) => {
    if (required) throw new Error(`PIPELINE_TEST_REQUIRED lists ${name}, but there is ${reason}`);
    skip(reason);
  });
}

function existing(path: string): string | null {
  return existsSync(path) ? path : null;
}
