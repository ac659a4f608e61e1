import { expect, it } from 'vitest';
import { nameHint, nearest } from '../../base/suggest.ts';

it.each([
  ['clutser', ['cluster', 'stages'], 'cluster'],
  ['zedbord', ['zedboard', 'pynq-z1'], 'zedboard'],
  ['MVAU_hls_9', ['MVAU_hls_0', 'MVAU_hls_1'], 'MVAU_hls_0'],
  ['Build', ['build'], 'build'],
  ['ab', ['xy'], null],
  ['q', ['o'], null],
  ['q', ['qs'], 'qs'],
  ['anything', [], null],
])('%s among %j most likely means %s', (name, candidates, expected) => {
  expect(nearest(name, candidates)).toBe(expected);
});

it('all names are listed if none is close', () => {
  expect(nameHint('nothing', ['one', 'two'])).toBe('known: one, two');
  expect(nameHint('nothing', [])).toBe('none are known');
});
