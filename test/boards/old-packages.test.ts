import { expect, test } from 'vitest';
import { outdatedPackages } from '../../boards/old-packages.ts';

test.each<[string, readonly string[], readonly string[], number, readonly string[]]>([
  ['more than are kept', ['e', 'd', 'c', 'b', 'a'], [], 2, ['c', 'b', 'a']],
  ['needed ones do not count', ['e', 'd', 'c', 'b', 'a'], ['d', 'a'], 2, ['b']],
  ['as many as are kept', ['b', 'a'], [], 2, []],
  ['none is kept', ['c', 'b', 'a'], ['a'], 0, ['c', 'b']],
  ['needed ones that are missing', ['a'], ['x', ''], 0, ['a']],
])('%s', (_, newestFirst, needed, keep, outdated) => {
  expect(outdatedPackages(newestFirst, new Set(needed), keep)).toEqual(outdated);
});
