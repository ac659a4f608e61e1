import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../core/config/load.ts';
import { topologicalOrder } from '../../core/config/order.ts';
import { collectionBehind } from '../../core/execution/expansion.ts';
import { explain } from '../../core/why/explain.ts';
import { causesOf, explanationLines } from '../../core/why/format.ts';
import type { KeptSpec } from '../../core/state/specs.ts';
import { pipeline } from '../rig/command.ts';
import { registryWith } from '../rig/engine.ts';
import { meaningfulNames } from '../rig/meaningful-names.ts';
import { projectWith } from '../rig/project.ts';

const registry = registryWith([]);
const load = (text: string, profile: string | null = null) =>
  loadPlan('pipeline.yaml', text, profile, registry);

/** `code line:column message` of every problem. */
async function problems(text: string): Promise<readonly string[]> {
  const loaded = await load(text);
  if (loaded.ok) return [];
  return loaded.diagnostics.map(
    ({ code, message, place }) => `${code} ${place?.line ?? 0}:${place?.column ?? 0} ${message}`,
  );
}

const shell = (more: string) => `version: 1\nstages:\n  a: {kind: shell, with: {${more}}}\n`;
const withTop = (line: string) =>
  `version: 1\n${line}\nstages: {a: {kind: shell, with: {command: x, outputs: [o]}}}\n`;

describe('what YAML can express and a pipeline cannot contain is refused at its place', () => {
  it.each([
    [
      'a list as key',
      withTop('? [a, b]\n: 1'),
      'config/yaml-syntax 2:3 a key is a word, not a list or a mapping',
    ],
    [
      'a mapping as key',
      withTop('? {a: b}\n: 1'),
      'config/yaml-syntax 2:3 a key is a word, not a list or a mapping',
    ],
    ['an alias as key', withTop('x: &k a\n*k : 1'), 'config/yaml-syntax 3:1 a key is a word, not an alias'],
    ['no key', withTop(': 1'), 'config/yaml-syntax 2:1 a key is a word, not nothing'],
    ['an alias of itself', withTop('x: &a {y: *a}'), 'config/yaml-syntax 2:11 *a contains itself'],
    ['a set', withTop('x: !!set {a, b}'), 'config/yaml-syntax 2:4 Unresolved tag: tag:yaml.org,2002:set'],
    ['bytes', withTop('x: !!binary aGk='), 'config/yaml-syntax 2:4 Unresolved tag: tag:yaml.org,2002:binary'],
    ['a number without end', withTop('x: .inf'), 'config/bad-value 2:4 a number is not finite'],
    [
      'a NUL in a command',
      shell('command: "a\\0b", outputs: [o]'),
      'config/bad-value 3:36 a text contains a NUL character',
    ],
    [
      'a NUL in a name',
      shell('command: x, outputs: [o], env: {"a\\0b": c}'),
      'config/bad-value 3:59 a text contains a NUL character',
    ],
    ['a special key', withTop('__proto__: {x: 1}'), 'config/bad-name 2:1 "__proto__" cannot be a name'],
  ])('%s', async (_, text, expected) => {
    expect(await problems(text)).toEqual([expected]);
  });

  it.each([101, 2_000, 20_000, 200_000])('%i levels', async (depth) => {
    for (const [open, close] of [
      ['[', ']'],
      ['{a: ', '}'],
    ] as const) {
      const found = await problems(withTop(`x: ${open.repeat(depth)}1${close.repeat(depth)}`));
      expect(found).toEqual([`config/yaml-syntax 2:${4 + 100 * open.length} nested in more than 100 levels`]);
    }
  });
});

it('a list in a list in a list … is refused where it becomes too deep', async () => {
  const found = await problems(`version: 1\nx:\n  ${'- '.repeat(50_000)}1\n`);
  expect(found).toEqual(['config/yaml-syntax 3:203 nested in more than 100 levels']);
});

it('brackets and dashes in texts nest nothing', async () => {
  const text = shell(`command: "${'[{- '.repeat(200)}", outputs: [o]`);
  expect(await problems(text)).toEqual([]);
  const block = `version: 1\nstages:\n  a:\n    kind: shell\n    with:\n      outputs: [o]\n      command: |\n        ${'[{ - '.repeat(200)}\n`;
  expect(await problems(block)).toEqual([]);
});

describe('a value that a program would take for an option, or for two values, is refused at its place', () => {
  const tools = (text: string) => withTop(`tools: {${text}}`);
  const board = (text: string) => withTop(`cluster: {z: {board: zedboard, address: z, ${text}}}`);
  const build = (text: string) =>
    `version: 1\nstages:\n  a: {kind: finn/build, foreach: b.o, with: {${text}}}\n`;
  it.each([
    ['tools.finn.image', '--volume=/:/host', tools('finn: {image: VALUE}')],
    ['tools.finn.image', 'a b', tools('finn: {image: VALUE}')],
    ['tools.finn.deps', '/deps:/etc', tools('finn: {deps: "VALUE"}')],
    ['tools.vivado.boards', '/boards:/etc', tools('vivado: {boards: "VALUE"}')],
    ['tools.vivado.init', '../x.tcl', tools('vivado: {init: VALUE}')],
    ['tools.vivado.init', 'a/../../x.tcl', tools('vivado: {init: VALUE}')],
    ['tools.vivado.path.1', '/a:/b', tools('vivado: {path: [/x, "VALUE"]}')],
    ['cluster.z.ssh', '-oProxyCommand=touch x', board('ssh: VALUE')],
    ['cluster.z.ssh', 'me@-oProxyCommand', board('ssh: VALUE')],
    ['cluster.z.ssh', '-me@board', board('ssh: VALUE')],
    ['cluster.z.ssh', 'board;id', board('ssh: VALUE')],
    ['cluster.z.ssh', '$(id)@board', board('ssh: VALUE')],
    ['stages.a.with.synthesis', '-name', build('synthesis: VALUE')],
    ['stages.a.with.implementation', '-name', build('implementation: VALUE')],
    ['stages.a.with.command', '-s', shell('command: VALUE, outputs: [o]')],
    ['stages.a.with.command', '+e', shell('command: VALUE, outputs: [o]')],
    ['stages.a.with.outputs.0', '-o', shell('command: x, outputs: [VALUE]')],
    ['stages.a.with.outputs.0', '__proto__', shell('command: x, outputs: [VALUE]')],
  ])('%s: %s', async (where, value, template) => {
    const text = template.replace('VALUE', value);
    const line = text.split('\n').findIndex((each) => each.includes(value)) + 1;
    const column = (text.split('\n')[line - 1] ?? '').lastIndexOf(value) + 1;
    const quote = template.includes('"VALUE"') ? 1 : 0;
    expect(await problems(text)).toEqual([
      `config/bad-value ${line}:${column - quote} "${where}": "${value}" is malformed`,
    ]);
  });

  it('an address', async () => {
    expect(await problems(withTop('cluster: {z: {board: zedboard, address: -oX=y}}'))).toEqual([
      'config/bad-address 2:41 "cluster.z.address" is neither a name nor a numeric address: "-oX=y"',
    ]);
  });

  it('a name in env with = or without a character', async () => {
    for (const name of ['"a=b"', '""'])
      expect(await problems(shell(`command: x, outputs: [o], env: {${name}: c}`))).toEqual([
        `config/bad-name 3:59 ${name} is not a name`,
      ]);
  });

  it.each([
    'board',
    'me@board',
    'me@10.0.0.7',
    'DOM\\me@board',
    'ssh://me@board:22',
    'me@[fe80::1%eth0]',
    'fe80::1',
  ])('but not the destination %s', async (ssh) => {
    expect(await problems(board(`ssh: '${ssh}'`))).toEqual([]);
  });

  it.each(['finn', 'registry:5000/xilinx/finn:1.6.1', 'ghcr.io/a/b@sha256:abc', 'docker-archive:/tmp/x.tar'])(
    'but not the image %s',
    async (image) => {
      expect(await problems(tools(`finn: {image: '${image}'}`))).toEqual([]);
    },
  );
});

describe('pipeline.yaml itself', () => {
  it.each(['pipe', 'folder', 'device'])('is refused if it is a %s', async (what) => {
    const folder = projectWith(what === 'folder' ? { 'pipeline.yaml/x': '' } : {});
    const path = join(folder, 'pipeline.yaml');
    if (what === 'pipe') execFileSync('mkfifo', [path]);
    if (what === 'device') execFileSync('ln', ['-s', '/dev/zero', path]);
    expect(await pipeline(folder, 'run')).toEqual({
      code: 2,
      out: '',
      error: `error[config/not-a-file]: pipeline.yaml in ${folder} is not a regular file
  hint: it may be a link to one, but not a folder, a pipe or a device
`,
    });
  });
});

describe('names with a meaning in JavaScript', () => {
  it.each(meaningfulNames)('%s is no stage, port, profile or board that exists', async (name) => {
    const text = (more: string) =>
      `version: 1\nstages:\n  a: {kind: shell, ${more}with: {command: x, outputs: [o]}}\n`;
    expect(await problems(text(`needs: {x: ${name}}, `))).toEqual([
      expect.stringContaining(`there is no stage "${name}"`),
    ]);
    expect((await load(text(''), name)).ok).toBe(false);
    expect(await problems(`version: 1\nstages: {a: {kind: ${name}}}\n`)).toEqual([
      expect.stringContaining(`"${name}" is not known`),
    ]);
    expect(await problems(`version: 1\n${name}: 1\nstages: {a: {kind: smoke}}\n`)).toContainEqual(
      expect.stringContaining(`unknown key "${name}"`),
    );
  });

  it.each(['stages', 'cluster', 'profiles'])('__proto__ is refused in %s', async (section) => {
    expect(await problems(`version: 1\n${section}:\n  __proto__: {}\n`)).toEqual([
      'config/bad-name 3:3 "__proto__" cannot be a name',
    ]);
  });
});

describe('thousands of stages', () => {
  const count = 5_000;
  const chain = Array.from({ length: count }, (_, n) => ({
    name: `s${n}`,
    after: n === 0 ? [] : [`s${n - 1}`],
  }));
  const text = (stages: readonly (typeof chain)[number][]) =>
    `version: 1\nstages:\n${stages
      .map(
        ({ name, after }) =>
          `  ${name}: {kind: shell, after: [${after.join()}], with: {command: x, outputs: [o]}}\n`,
      )
      .join('')}`;

  it.each([
    ['in a chain', chain],
    ['in a chain that is written in reverse order', [...chain].reverse()],
  ])('%s are put in order', async (_, stages) => {
    const loaded = await load(text(stages));
    expect(loaded.ok && loaded.value.stages.map(({ name }) => name)).toEqual(chain.map(({ name }) => name));
  });

  it('in a circle are one', async () => {
    const [first, ...others] = chain;
    const loaded = await load(text([{ ...first!, after: [`s${count - 1}`] }, ...others]));
    expect(loaded.ok ? [] : loaded.diagnostics.map(({ code }) => code)).toEqual(['config/cycle']);
  });

  it('that go through the items of one another lead back to the collection', () => {
    const stages = chain.map(({ name }, n) => {
      const from = n === 0 ? { stage: 'split', port: 'submodels' } : { stage: `s${n - 1}`, port: 'o' };
      return { name, foreach: { type: 'items', from } };
    });
    const plan = { stages } as unknown as Parameters<typeof collectionBehind>[1];
    const last = { stage: `s${count - 1}`, port: 'o' };
    expect(collectionBehind(last, plan)).toEqual({ stage: 'split', port: 'submodels' });
  });

  const spec =
    (ports: readonly string[]) =>
    (n: number, when: string): KeptSpec => ({
      spec: {
        kind: 'shell',
        recipe: 1,
        params: n === 0 ? { when } : {},
        inputs: n === 0 ? {} : Object.fromEntries(ports.map((port) => [port, `${n - 1} ${when}`])),
        tools: {},
        run: { type: 'process', argv: [], env: {} },
        outputs: ['o'],
      },
      files: {},
    });

  /** Each stage needs the one before by every port. */
  async function explained(ports: readonly string[], length: number) {
    const stages = Array.from({ length }, (_, n) => {
      const need = { stage: `s${n - 1}`, port: 'o', isGathered: false };
      const needs = n === 0 ? {} : Object.fromEntries(ports.map((port) => [port, need]));
      return { name: `s${n}`, needs, foreach: null };
    });
    const plan = { stages } as unknown as Parameters<typeof explain>[3];
    const last = length - 1;
    return explain(`s${last}`, spec(ports)(last, 'old'), spec(ports)(last, 'new'), plan, {
      labels: (stage) => [stage],
      fingerprints: (label) => [`${label.slice(1)} new`, `${label.slice(1)} old`],
      spec: (fingerprint) => {
        const [n, when = ''] = fingerprint.split(' ');
        return spec(ports)(Number(n), when);
      },
      record: (fingerprint) =>
        Promise.resolve({
          fingerprint,
          outputs: { o: { digest: fingerprint, files: [] } },
          items: {},
        } as never),
      parts: () => Promise.resolve([]),
    });
  }

  it('that made one another are explained up to a hundred actions', async () => {
    const explanation = await explained(['x'], count);
    expect(explanationLines(explanation)).toHaveLength(100);
    expect(() => JSON.stringify(explanation)).not.toThrow();
  });

  it('that are reached on many ways are explained once', async () => {
    // A way doubles at each of forty stages.
    const explanation = await explained(['x', 'y'], 40);
    expect(explanationLines(explanation)).toHaveLength(2 * 39 + 1);
    expect(causesOf(explanation)).toEqual(['when old → new (s0)']);
  });

  it('keep their order as written otherwise', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(19), { maxLength: 3 }), { maxLength: 20 }), (rows) => {
        const stages = rows.map((after, n) => ({
          ...{ name: `s${n}`, needs: {}, foreach: null, after: after.map((each) => `s${each}`) },
        })) as unknown as Parameters<typeof topologicalOrder>[0];
        const order = topologicalOrder(stages);
        const expected = recursively(stages);
        if (order.type === 'cycle') expect(order.names).toEqual(expected);
        else expect(order.stages.map(({ name }) => name)).toEqual(expected);
      }),
    );
  });
});

/** The definition: depth first, in the order written; the names of a cycle if there is one. */
function recursively(stages: Parameters<typeof topologicalOrder>[0]): readonly string[] {
  const done: string[] = [];
  const visit = (name: string, trail: readonly string[]): readonly string[] | null => {
    if (done.includes(name)) return null;
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name];
    const stage = stages.find((each) => each.name === name);
    for (const other of new Set(stage?.after))
      if (stages.some((each) => each.name === other)) {
        const cycle = visit(other, [...trail, name]);
        if (cycle !== null) return cycle;
      }
    done.push(name);
    return null;
  };
  for (const { name } of stages) {
    const cycle = visit(name, []);
    if (cycle !== null) return cycle;
  }
  return done;
}

describe('no text makes the reader throw', () => {
  const whole = `version: 1
target: {board: zedboard, clock: 100 MHz}
toolchain: {backend: vivado, vivado: 2024.2}
tools: {finn: {image: finn, deps: d}, vivado: {path: [a]}, boards: {key: k}}
stages:
  p: {kind: finn/preprocess, with: {model: m.onnx, specialize: s.json}}
  e: {kind: finn/estimate, needs: {model: p}, with: {folding: f.json}}
  c: {kind: split, needs: {model: e}, with: {strategy: greedy}}
  b: {kind: finn/build, foreach: c.submodels, timeout: 2 h}
  k: {kind: package, foreach: b}
  d: {kind: deploy, foreach: cluster, needs: {packages: k}}
  x: &x {kind: shell, after: [d], with: {command: 'true', outputs: [o], inputs: [a], env: {A: b}}}
cluster: {z: {board: zedboard, address: z, ssh: me@z}}
profiles: {q: {cluster: {z: null}, stages: {x: *x}}}
`;
  const pieces = [
    '? ',
    '*x',
    '&x ',
    '[',
    ']',
    '{',
    '}',
    ': ',
    '- ',
    '!!set ',
    '"',
    "'",
    '\\0',
    '\0',
    '|',
    '>',
    '%',
    '<<: *x',
    '__proto__: 1',
    'constructor',
    'null',
    '.nan',
    '1e999',
    '\n',
    '\t',
    '  ',
    '../',
    '-',
    '=',
    '\u2028',
    '\ud800',
  ];
  const edits = fc.array(
    fc.record({
      at: fc.nat(whole.length),
      length: fc.nat(12),
      put: fc.oneof(fc.constantFrom(...pieces), fc.string()),
    }),
    { minLength: 1, maxLength: 4 },
  );
  it('of a changed pipeline.yaml, with and without a profile', async () => {
    expect(await problems(whole)).toEqual([]);
    await fc.assert(
      fc.asyncProperty(edits, fc.constantFrom(null, 'q', 'toString'), async (changes, profile) => {
        const text = changes.reduce(
          (before, { at, length, put }) => before.slice(0, at) + put + before.slice(at + length),
          whole,
        );
        const loaded = await load(text, profile);
        if (!loaded.ok) expect(loaded.diagnostics[0]?.place?.line).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
  }, 60_000);
});
