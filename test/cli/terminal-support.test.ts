import { expect, it } from 'vitest';
import { isCi, supportOf } from '../../cli/terminal-support.ts';

it.each([
  ['a pipe', false, {}, { isTerminal: false, isLive: false, hasColour: false }],
  ['a terminal', true, { TERM: 'xterm' }, { isTerminal: true, isLive: true, hasColour: true }],
  ['a dumb one', true, { TERM: 'dumb' }, { isTerminal: true, isLive: false, hasColour: false }],
  ['one of CI', true, { CI: 'true' }, { isTerminal: true, isLive: false, hasColour: true }],
  ['one with CI=false', true, { CI: 'false' }, { isTerminal: true, isLive: true, hasColour: true }],
  ['one with NO_COLOR', true, { NO_COLOR: '1' }, { isTerminal: true, isLive: true, hasColour: false }],
  ['one with an empty NO_COLOR', true, { NO_COLOR: '' }, { isTerminal: true, isLive: true, hasColour: true }],
  [
    'a pipe with FORCE_COLOR',
    false,
    { FORCE_COLOR: '1' },
    { isTerminal: false, isLive: false, hasColour: true },
  ],
  [
    'one with FORCE_COLOR=0',
    true,
    { FORCE_COLOR: '0' },
    { isTerminal: true, isLive: true, hasColour: false },
  ],
  [
    'both',
    false,
    { FORCE_COLOR: '1', NO_COLOR: '1' },
    { isTerminal: false, isLive: false, hasColour: false },
  ],
])('%s supports what it can', (_, isTTY, variables, expected) => {
  expect(supportOf({ isTTY }, variables)).toMatchObject(expected);
});

it('the size of a terminal is the one of the moment', () => {
  const stream = { isTTY: true, columns: 100, rows: 0 };
  const support = supportOf(stream, {});
  expect([support.width, support.height]).toEqual([100, 24]);
  Object.assign(stream, { columns: 60, rows: 50 });
  expect([support.width, support.height]).toEqual([60, 50]);
});

it.each([
  [undefined, false],
  ['', false],
  ['false', false],
  ['0', false],
  ['1', true],
  ['true', true],
  ['woodpecker', true],
])('CI=%s is continuous integration: %s', (CI, expected) => {
  expect(isCi({ CI })).toBe(expected);
});
