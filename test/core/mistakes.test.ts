import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../core/config/load.ts';
import { formatDiagnostic } from '../../reporters/diagnostic.ts';
import { registryWith } from '../rig/engine.ts';

const registry = registryWith([]);

const plain = { isTerminal: false, hasColour: false, width: 80 };

async function refusal(text: string, profile: string | null = null): Promise<string> {
  const loaded = await loadPlan('pipeline.yaml', text, profile, registry);
  if (loaded.ok) return 'accepted';
  return loaded.diagnostics
    .map((diagnostic) => formatDiagnostic(diagnostic, () => text.split('\n'), plain))
    .join('');
}

const stage = '  a: {kind: shell, with: {command: x, outputs: [o]}}\n';

/** The first mistake alone: `message | line:column | hint`. */
async function syntax(text: string): Promise<string> {
  const loaded = await loadPlan('pipeline.yaml', text, null, registry);
  if (loaded.ok) return 'accepted';
  expect(loaded.diagnostics).toHaveLength(1);
  const { code, message, place, hint } = loaded.diagnostics[0]!;
  expect(code).toBe('config/yaml-syntax');
  return [message, `${place?.line ?? 0}:${place?.column ?? 0}`, hint].join(' | ');
}

describe('a text that is not YAML is refused with its first mistake, and what to do', () => {
  it.each([
    [
      'tabs',
      'version: 1\nstages:\n\ta:\n\t\tkind: shell\n',
      'a line begins with a tab | 3:1 | YAML is indented with spaces only',
    ],
    [
      'a line that is indented like none',
      'version: 1\nstages:\n  a:\n    kind: shell\n   with: {}\n  b:\n    kind: shell\n',
      'the line is indented like none above it | 5:1 | indent it like line 4',
    ],
    [
      'a line that is indented too far',
      'version: 1\nstages:\n  a:\n    kind: shell\n\n      with: {command: x}\n  b: {}\n',
      'the line is indented as if it belonged to the value in line 4 | 6:7 | indent it like line 4',
    ],
    [
      'a line that is indented too far, behind a comment',
      'version: 1\nstages:\n  a:\n    kind: shell # here\n\n      with: {command: x}\n  b: {}\n',
      'the line is indented like none above it | 6:1 | indent it like line 4',
    ],
    [
      'a colon in a value',
      'version: 1\nstages:\n  a:\n    kind: echo b: c\n',
      'the value holds ": ", which begins another value | 4:11 | put the whole value in quotes',
    ],
    ['an open quote', `version: 1\nstages: {a: 'x}\n`, `' is not closed | 2:13 | add a '`],
    ['an open list', 'version: 1\nstages: {a: [}\n', '[ is not closed | 2:14 | add a ]'],
    ['an open mapping', 'version: 1\nstages: {a: 1\n', '{ is not closed | 3:1 | add a }'],
    [
      'a key twice',
      `version: 1\nstages:\n${stage}${stage}`,
      '"a" is given twice | 4:3 | remove or rename one',
    ],
  ])('%s', async (_, text, expected) => {
    expect(await syntax(text)).toBe(expected);
  });
});

describe('what a file lacks is said with what to write', () => {
  it('version', async () => {
    expect(await refusal(`stages:\n${stage}`)).toBe(
      `error[config/missing-key]: the file has no "version"
  pipeline.yaml:1:1
  1 | stages:
    | ^
  hint: add version: 1
`,
    );
  });

  const hint = 'The stages by name, at least one, such as check: {kind: shell, with: {…}}.';
  it.each([
    ['version: 1\n', 'config/missing-key', 'the file has no "stages"'],
    ['version: 1\nstages:\n', 'config/wrong-type', '"stages" is empty, must be a mapping'],
    ['version: 1\nstages: {}\n', 'config/bad-value', '"stages" is empty'],
  ])('%j', async (text, code, message) => {
    const loaded = await loadPlan('pipeline.yaml', text, null, registry);
    expect(loaded.ok || loaded.diagnostics).toMatchObject([{ code, message, hint }]);
  });

  it('a profile', async () => {
    const text = `version: 1\nstages:\n${stage}profiles: {lab: {}}\n`;
    expect(await refusal(text, 'lav')).toBe(
      `error[config/unknown-profile]: there is no profile "lav" in pipeline.yaml
  pipeline.yaml:4:1
  4 | profiles: {lab: {}}
    | ^^^^^^^^
  hint: profiles: lab
`,
    );
    expect(await refusal(`version: 1\nstages:\n${stage}`, 'lav')).toContain('the file has no profiles');
    expect(await refusal(text.replace('{lab: {}}', '{lab: 3}'), 'lab')).toContain(
      '"profiles.lab" must be a mapping\n  pipeline.yaml:4:17\n',
    );
  });
});

describe('values out of bounds', () => {
  const split = (limits: string): string => `version: 1
stages:
  p: {kind: finn/preprocess, with: {model: m}}
  split: {kind: split, needs: {model: p}, with: {strategy: greedy, limits: ${limits}}}
`;
  it.each([
    ['{LUT: 70}', '"stages.split.with.limits.LUT" is 70, must be at most 1', 'did you mean 0.7?'],
    ['{LUT: 7000}', '"stages.split.with.limits.LUT" is 7000, must be at most 1', undefined],
    ['{LUT: 0}', '"stages.split.with.limits.LUT" is 0, must be more than 0', undefined],
  ])('%s', async (limits, message, hint) => {
    const loaded = await loadPlan('pipeline.yaml', split(limits), null, registry);
    expect(loaded.ok || loaded.diagnostics.map((each) => [each.message, each.hint])).toEqual([
      [message, hint],
    ]);
  });
});

it('a command that no system could start is refused before anything runs', async () => {
  const text = (command: string): string =>
    `version: 1\nstages:\n  a: {kind: shell, with: {outputs: [o], command: ${command}}}\n`;
  expect(await refusal(text('é'.repeat(65535)))).toBe('accepted');
  const loaded = await loadPlan('pipeline.yaml', text('é'.repeat(65536)), null, registry);
  expect(loaded.ok || loaded.diagnostics).toMatchObject([
    {
      code: 'config/too-long',
      message: 'the command of "a" has 131072 bytes, and Linux takes 131071',
      place: { line: 3, column: 41 },
    },
  ]);
});

it('two keys that exclude each other are named with their lines', async () => {
  const text = `version: 1
stages:
  p: {kind: finn/preprocess, with: {model: m}}
  e:
    kind: finn/estimate
    needs: {model: p}
    with:
      target_fps: 100
      folding: folding.json
`;
  expect(await refusal(text)).toBe(
    `error[config/not-together]: "folding" and "target_fps" in "stages.e.with" exclude each other
  pipeline.yaml:9:7
  9 |       folding: folding.json
    |       ^^^^^^^
  hint: keep one of target_fps (line 8) and folding (line 9)
`,
  );
});
