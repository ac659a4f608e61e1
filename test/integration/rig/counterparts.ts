import { describe, test } from 'vitest';
import { counterparts } from './counterpart-programs.ts';

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
