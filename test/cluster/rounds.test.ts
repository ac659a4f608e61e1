import { expect, test } from 'vitest';
import { planRounds } from '../../cluster/rounds.ts';

test.each([
  [
    'six submodels on three boards',
    ['a', 'b', 'c', 'a', 'b', 'c'],
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
  ],
  ['one board', ['a', 'a', 'a'], [[0], [1], [2]]],
  ['fewer submodels than boards', ['a', 'b'], [[0, 1]]],
  [
    'a board that recurs early',
    ['a', 'b', 'a', 'b', 'c'],
    [
      [0, 1],
      [2, 3, 4],
    ],
  ],
  ['nothing', [], []],
])('%s', (_name, assignment, rounds) => {
  expect(planRounds(assignment)).toEqual(rounds);
});
