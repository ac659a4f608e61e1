import { expect, it } from 'vitest';
import { randomHex } from '../../base/random-hex.ts';

it('gives as many digits as asked for, and never the same twice', () => {
  const names = Array.from({ length: 5000 }, (_, at) => randomHex(8 + (at % 9)));
  for (const [at, name] of names.entries())
    expect(name).toMatch(new RegExp(`^[0-9a-f]{${2 * (8 + (at % 9))}}$`));
  expect(new Set(names.map((name) => name.slice(0, 16))).size).toBe(names.length);
});
