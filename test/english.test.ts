import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { proseOfMarkdown, proseOfSource } from './rig/prose.ts';
import { root, sourcesOf } from './rig/sources.ts';

/** What is held to the list of phrases: folders whose Markdown files are read, single documents, and rooms whose sources are. */
const scanned = {
  folders: ['docs', 'bench', 'examples'],
  documents: ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  rooms: [
    'base',
    'core',
    'stages',
    'cli',
    'reporters',
    'runners',
    'cache',
    'toolchain',
    'build',
    'finn',
    'onnx',
    'qonnx',
    'vivado',
    'boards',
    'cluster',
  ] as readonly string[],
};

/**
 * Phrases that make a native reader stumble, each with a better wording. A space in a phrase also matches a line break; case does
 * not matter. Words are whole words.
 */
const phrases: readonly (readonly [phrase: string, better: string])[] = [
  ['where (nothing|none) is (said|named|given)', '"by default", "defaults to …"'],
  ['as many as there are', '"defaults to the number of …"'],
  ['tells?|told', '"reports", "says", "shows"'],
  ['stands?(?!-in)|stood', '"is in", "is at"'],
  ['mends?|mended', '"fix"'],
  ['sees? to', '"manage", "handle", "ensure"'],
  ['anew', '"again"'],
  ['wants? an?', '"requires", "expects"'],
  ['is wanted', '"is required"'],
  ['takes? [^.;|\0]{1,30} away|takes? away|taken away', '"remove"'],
  ['(?<!there )(is|are) no (?!longer|more|fewer|less|one|other)[a-z]+', '"is not a …"'],
  ['somebody|nobody|everybody', '"someone", "no one", "everyone"'],
  ['(lies?|lying) (in|at|on|beside|below|under|inside|outside|there)', '"is in"'],
  ['for want of', '"because … is missing"'],
  ['cannot follow (it|them)', '"does not support"'],
  ['a person looks', '"in every view"'],
  ['(will|would) not do|that will do', '"unsuitable", "suitable"'],
  ['for ever', '"forever"'],
  ['is believed', '"we believe"'],
  ['is kept out', '"authentication", "access control"'],
  ['has? a board load', '"load … on a board"'],
  ['without a word', '"silently", "without a warning"'],
  ['pass(es|ed)? over', '"ignore", "skip"'],
  ['to be had', '"available"'],
  ['holds? [^.;|\0]{1,40} against', '"compare … with"'],
  ['goes? on with(out)? it', '"continue"'],
];

const patterns = phrases.map(([phrase, better]) => ({
  pattern: new RegExp(`(?<![\\w-])(?:${phrase.replaceAll(' ', '\\s+')})(?![\\w])`, 'gi'),
  better,
}));

/** Each phrase of the list in a text, with its line and a better wording. */
function findingsIn(file: string, prose: string): readonly string[] {
  return patterns.flatMap(({ pattern, better }) =>
    [...prose.matchAll(pattern)].map(({ 0: found, index }) => {
      const line = prose.slice(0, index).split('\n').length;
      return `${file}:${line}: "${found.replaceAll(/\s+/g, ' ')}": better ${better}`;
    }),
  );
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const documents = [
  ...scanned.documents,
  ...scanned.folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.includes('.pipeline'))
      .map((name) => join(folder, name)),
  ),
];

describe('documents are in plain English:', () => {
  it.each(documents)('%s', (file) => {
    expect(findingsIn(file, proseOfMarkdown(read(file)))).toEqual([]);
  });
});

const sources = scanned.rooms.flatMap(sourcesOf);

describe.runIf(sources.length > 0)('comments and messages are in plain English:', () => {
  it.each(sources)('%s', (file) => {
    expect(findingsIn(file, proseOfSource(read(file)))).toEqual([]);
  });
});

describe('the list of phrases', () => {
  const source = [
    '/** What it tells,',
    ' * where nothing',
    ' * is said; `told` is a name. */',
    "const told = 'tells';",
    'const text = `it stands ${told} anew`; // a stand-in mends',
    "const tells = 'there is no file', other = 'it is no file';",
  ].join('\n');

  it('finds phrases in comments and literals of more than one word, also over a line break, and no names', () => {
    expect(findingsIn('a.ts', proseOfSource(source))).toEqual([
      'a.ts:2: "where nothing is said": better "by default", "defaults to …"',
      'a.ts:1: "tells": better "reports", "says", "shows"',
      'a.ts:5: "stands": better "is in", "is at"',
      'a.ts:5: "mends": better "fix"',
      'a.ts:6: "is no file": better "is not a …"',
    ]);
  });

  it('passes what is marked as code in Markdown', () => {
    const text = 'It `told` you.\n\n```\ntold\n```\n\nIt is no longer [so](told.md), nobody says.\n';
    expect(findingsIn('a.md', proseOfMarkdown(text))).toEqual([
      'a.md:7: "nobody": better "someone", "no one", "everyone"',
    ]);
  });
});
