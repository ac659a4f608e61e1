import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../core/config/load.ts';
import { readDocument } from '../../core/config/document.ts';
import { formatDiagnostic } from '../../reporters/diagnostic.ts';
import { registryWith } from '../rig/engine.ts';

const registry = registryWith([]);

const stages = (more: string): string => `version: 1
x-common: &common
  command: "true"
  outputs: [o]
x-loud: &loud
  env: {LOUD: "1", LEVEL: "2"}
stages:
${more}`;

const plain = { isTerminal: false, hasColour: false, width: 80 };

async function parameters(text: string, profile: string | null = null): Promise<unknown> {
  const loaded = await loadPlan('pipeline.yaml', text, profile, registry);
  return loaded.ok
    ? Object.fromEntries(loaded.value.stages.map(({ name, params }) => [name, params]))
    : loaded.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, () => text.split('\n'), plain));
}

describe('a merge key', () => {
  it('brings the pairs of a mapping, which the own ones override wherever they stand', async () => {
    const text = stages(`  a: {kind: shell, with: {<<: *common, command: "false"}}
  b: {kind: shell, with: {command: "false", <<: *common}}
  c: {kind: shell, with: {<<: *common}}
`);
    expect(await parameters(text)).toEqual({
      a: { command: 'false', outputs: ['o'] },
      b: { command: 'false', outputs: ['o'] },
      c: { command: 'true', outputs: ['o'] },
    });
  });

  it('brings those of several, of which the first wins', async () => {
    const text = `version: 1
x-one: &one {command: one, outputs: [o]}
x-two: &two {command: two, env: {A: b}}
stages:
  a: {kind: shell, with: {<<: [*one, *two]}}
  b: {kind: shell, with: {<<: [*two, *one]}}
`;
    expect(await parameters(text)).toEqual({
      a: { command: 'one', outputs: ['o'], env: { A: 'b' } },
      b: { command: 'two', outputs: ['o'], env: { A: 'b' } },
    });
  });

  it('merges one level, as YAML says: a mapping in it is replaced as a whole', async () => {
    const text = stages(`  a: {kind: shell, with: {<<: [*common, *loud], env: {LEVEL: "3"}}}\n`);
    expect(await parameters(text)).toEqual({
      a: { command: 'true', outputs: ['o'], env: { LEVEL: '3' } },
    });
  });

  it('works through other merge keys, in lists, and in profiles', async () => {
    const text = `version: 1
x-base: &base {kind: shell}
x-full: &full
  <<: *base
  with: {command: x, outputs: [o]}
stages:
  a: *full
  b: {<<: *full, timeout: 3 s}
profiles:
  slow:
    stages:
      b: {<<: *full, with: {command: slow}}
`;
    const common = { command: 'x', outputs: ['o'] };
    expect(await parameters(text)).toEqual({ a: common, b: common });
    expect(await parameters(text, 'slow')).toEqual({ a: common, b: { ...common, command: 'slow' } });
  });

  it('is a word in quotes', () => {
    const read = readDocument('folding.json', '{"<<": {"a": 1}}', null);
    expect(read.ok && read.value.value).toEqual({ '<<': { a: 1 } });
  });
});

describe('a mistake that a merge key or an alias brought is shown where it is written', () => {
  it('a value', async () => {
    const text = `version: 1
x-common: &common {command: "true", outputs: 3}
stages:
  a: {kind: shell, with: {<<: *common}}
`;
    expect(await parameters(text)).toEqual([
      `error[config/wrong-type]: "stages.a.with.outputs" must be a list
  pipeline.yaml:2:46
  2 | x-common: &common {command: "true", outputs: 3}
    |                                              ^
  hint: Files or folders that the command makes in out/.
`,
    ]);
  });

  it('a key', async () => {
    const text = stages(`  a: {kind: shell, with: {<<: [*common, {enw: {}}]}}\n`);
    expect(await parameters(text)).toEqual([
      `error[config/unknown-key]: unknown key "enw" in "stages.a.with"
  pipeline.yaml:8:42
  8 |   a: {kind: shell, with: {<<: [*common, {enw: {}}]}}
    |                                          ^^^
  hint: did you mean env?
`,
    ]);
  });

  it('an item of a list behind an alias', async () => {
    const text = `version: 1
x-names: &names
  - o
  - .hidden
stages:
  a: {kind: shell, with: {command: x, outputs: *names}}
`;
    expect((await parameters(text)) as readonly string[]).toEqual([
      expect.stringContaining('\n  pipeline.yaml:4:5\n'),
    ]);
  });

  it('what overrides a merged value', async () => {
    const text = stages(`  a: {kind: shell, with: {<<: *common, outputs: 3}}\n`);
    expect(await parameters(text)).toEqual([expect.stringContaining('\n  pipeline.yaml:8:49\n')]);
  });
});

describe('what cannot be merged is refused at its place', () => {
  it.each([
    ['a text', '<<: x', '8:36', '`<<` merges mappings, and this is none'],
    ['a list with a text', '<<: [*common, x]', '8:46', '`<<` merges mappings, and this is none'],
    ['nothing', '<<:', '8:35', '`<<` merges mappings, and this is none'],
    ['an alias of nothing', '<<: *comon', '8:36', 'there is no anchor &comon above'],
    ['twice', '<<: *common, <<: *loud', '8:45', '`<<` is given twice'],
    ['itself', '<<: *own', '8:36', '*own contains itself'],
  ])('%s', async (_, merge, place, message) => {
    const found = await parameters(stages(`  a: &own {kind: shell, with: {${merge}}}\n`));
    expect(found).toEqual([
      expect.stringContaining(`error[config/yaml-syntax]: ${message}\n  pipeline.yaml:${place}\n`),
    ]);
  });
});

describe('keys that begin with x-', () => {
  it('are not read at the top, whatever they hold', async () => {
    expect(await parameters(stages(`  a: {kind: shell, with: *common}\nx-1: [null, {}]\nx-: 3\n`))).toEqual({
      a: { command: 'true', outputs: ['o'] },
    });
  });

  it('are unknown anywhere else', async () => {
    const within = stages(`  a: {kind: shell, x-a: 1, with: *common}\n`);
    expect(await parameters(within)).toEqual([expect.stringContaining('unknown key "x-a" in "stages.a"')]);
    const profile = stages(`  a: {kind: shell, with: *common}\nprofiles: {p: {x-a: 1}}\n`);
    expect(await parameters(profile)).toEqual([expect.stringContaining('unknown key "x-a" in "profiles.p"')]);
  });
});

describe('aliases of aliases', () => {
  const bomb = (levels: number, open: string, close: string): string => {
    const lines = Array.from({ length: levels }, (_, level) => {
      const nine = Array.from({ length: 9 }, (_, index) => `k${index}: *b${level}`).join(', ');
      return `x-b${level + 1}: &b${level + 1} ${open}${nine}${close}\n`;
    });
    return `version: 1\nx-b0: &b0 {k: v}\n${lines.join('')}stages: {a: {kind: shell, with: {command: x, outputs: [o]}}}\n`;
  };

  it('may be many', async () => {
    expect(await parameters(bomb(4, '{', '}'))).toEqual({ a: { command: 'x', outputs: ['o'] } });
  });

  it('must not make the file huge, nor take long', async () => {
    const began = performance.now();
    expect(await parameters(bomb(60, '{', '}'))).toEqual([
      expect.stringContaining('this is more than 1000000 values with its aliases followed'),
    ]);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('are merged without being copied for each way that leads to them', async () => {
    const lines = Array.from({ length: 60 }, (_, level) => {
      const nine = Array.from({ length: 9 }, () => `*b${level}`).join(', ');
      return `x-b${level + 1}: &b${level + 1} {<<: [${nine}]}\n`;
    });
    const text = `version: 1\nx-b0: &b0 {command: x, outputs: [o]}\n${lines.join('')}stages: {a: {kind: shell, with: {<<: *b60}}}\n`;
    expect(await parameters(text)).toEqual({ a: { command: 'x', outputs: ['o'] } });
  });

  it('are not deeper than the text may be', async () => {
    const lines = Array.from({ length: 200 }, (_, level) => `x-b${level + 1}: &b${level + 1} [*b${level}]\n`);
    const text = `version: 1\nx-b0: &b0 []\n${lines.join('')}stages: {}\n`;
    expect(await parameters(text)).toEqual([
      expect.stringMatching(/nested in more than 100 levels\n {2}pipeline.yaml:102:/),
    ]);
  });
});
