import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { positionAt } from '../../base/json-mistakes.ts';
import { parseJsonText } from '../../base/json-text.ts';

/** The mistakes of a text, with the characters that they mark. */
function mistakesIn(text: string): readonly string[] {
  const read = parseJsonText(text);
  if (read.type === 'value') return [];
  return read.mistakes.map(({ what, hint = '', from, to }) => {
    const { line, column } = positionAt(text, from);
    return `${line}:${column} ${JSON.stringify(text.slice(from, to))} ${what.replace('is not valid JSON: ', '')}; ${hint}`;
  });
}

test.each([
  ['{\n // first layer\n "a": 1}', '2:2 "// first layer" JSON has no comments; remove it'],
  ['{"a": 1 /* one */}', '1:9 "/* one */" JSON has no comments; remove it'],
  ['# a\n{}', '1:1 "# a" JSON has no comments; remove it'],
  ['{"a": 1} // end', '1:10 "// end" JSON has no comments; remove it'],
  ['{\n "a": 1,\n}', '2:8 "," JSON has no comma behind the last item; remove it'],
  ['[1, ]', '1:3 "," JSON has no comma behind the last item; remove it'],
  ['{"a": }', '1:7 "}" a value is missing; '],
  ["{'a': 1}", '1:2 "\'" JSON has no single quotes; write double quotes'],
  ['{a: 1}', '1:2 "a" the key a is not in double quotes; write "a"'],
  ['{"a" 1}', '1:2 "\\"a\\"" no colon follows the key "a"; '],
  ['{"a": 1 "b": 2}', '1:7 "1" a comma is missing; '],
  ['{"a": 1]', '1:8 "]" "," or "}" is missing; '],
  ['{"a": True}', '1:7 "True" True is not a value of JSON; write true'],
  ['{"a": None}', '1:7 "None" None is not a value of JSON; write null'],
  ['[NaN]', expect.stringMatching(/^1:2 "NaN" NaN is not a value of JSON; values are /)],
  ['[01]', '1:2 "01" 01 is not a number of JSON; write it as 4, -4 or 0.5'],
  ['[.5]', '1:2 ".5" .5 is not a number of JSON; write it as 4, -4 or 0.5'],
  ['["a\n"]', expect.stringMatching(/^1:2 .* a text has no closing quote; /)],
  ['["a\tb"]', '1:4 "\\t" a text holds a control character; write a tab as \\t'],
  ['["C:\\Users"]', '1:5 "\\\\U" \\U has no meaning in a text; write a backslash as \\\\'],
  ['{"a": [1', '1:9 "" it ends too early; a bracket or a quote is not closed'],
  ['', '1:1 "" it ends too early; a bracket or a quote is not closed'],
  ['{} {}', '1:4 "{" more follows behind its end; '],
  ['\ufeff{a: 1}', '1:2 "a" the key a is not in double quotes; write "a"'],
])('%j', (text, mistake) => {
  expect(mistakesIn(text)).toEqual([mistake]);
});

test('every key that is there twice is named with both places', () => {
  const text = '{\n "a": {"b": 1, "b": 2},\n "c": 1,\n "a": 3\n}';
  const hint = 'keep one of them: which one counts would differ between programs';
  expect(mistakesIn(text)).toEqual([
    `2:16 "\\"b\\"" has the key "b" twice, first at 2:8; ${hint}`,
    `4:2 "\\"a\\"" has the key "a" twice, first at 2:2; ${hint}`,
  ]);
});

test('a byte order mark is skipped', () => {
  expect(parseJsonText('\ufeff{"a": 1}')).toEqual({ type: 'value', value: { a: 1 } });
});

test('a key __proto__ is a key like any other', () => {
  const read = parseJsonText('{"__proto__": {"a": 1}}');
  expect(read.type === 'value' && Object.keys(read.value as object)).toEqual(['__proto__']);
});

describe('against JSON.parse', () => {
  test('whatever is valid has the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseJsonText(text)).toEqual({ type: 'value', value: JSON.parse(text) as unknown });
      }),
    );
  });

  test('whatever is not valid has a mistake, and nothing else has', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      "'",
      '1',
      '-',
      '.5',
      'e3',
      'true',
      'x',
      '//',
      '\\',
      '"',
      ' ',
      '\n',
      '\t',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (chosen) => {
        const text = chosen.join('');
        let isValid = true;
        try {
          JSON.parse(text);
        } catch {
          isValid = false;
        }
        const mistakes = mistakesIn(text);
        const isTwice = mistakes.some((mistake) => mistake.includes('twice'));
        expect(mistakes.length === 0 || isTwice, `${JSON.stringify(text)} ${mistakes.join()}`).toBe(isValid);
      }),
      { numRuns: 3000 },
    );
  });
});
