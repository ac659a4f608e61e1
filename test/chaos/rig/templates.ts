import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../rig/sources.ts';
import { pipeline } from './command.ts';
import { closeGround, openGround, projectBeside } from './ground.ts';
import type { Ground } from './ground.ts';
import { entries } from './log.ts';
import { confined } from './namespace.ts';
import { lookAt, pipelineText, writePipeline } from './pipeline-file.ts';
import type { Rest, ShellStage } from './pipeline-file.ts';
import { milliseconds } from './processes.ts';
import type { Tree } from './tree.ts';

/** A finished, killed, failed or deployed project, of which every round gets a copy that looks untouched since. */
export interface Template {
  readonly name: TemplateName;
  readonly ground: Ground;
  readonly expectations: { readonly [variant in VariantName]: Expectation };
}

/** What an undisturbed build of a variant keeps, and which commands it runs. */
export interface Expectation {
  readonly expected: Tree;
  readonly allowed: ReadonlySet<string>;
}

export interface Variant extends Expectation {
  readonly name: VariantName;
  readonly undo: () => void;
}

/** A change of the user's own between the damage and the run: a consumer's command, or a file more in an input folder. */
export type VariantName = 'none' | 'body' | 'file';

type TemplateName = 'finished' | 'killed' | 'failed' | 'cluster';

/** As often as they are to be drawn. */
export const templateNames: readonly TemplateName[] = [
  'finished',
  'finished',
  'finished',
  'killed',
  'killed',
  'failed',
  'cluster',
];

/** Makes all templates; the commands in them are confined. */
export async function openTemplates(): Promise<readonly Template[]> {
  const grounds = [...new Set(templateNames)].map((name) => ({ name, ground: openGround(name) }));
  for (const { name, ground } of grounds) writeProject(name, ground);
  // The digest of a file is remembered only once its time stamp is two seconds old.
  await milliseconds(2100);
  const templates: Template[] = [];
  for (const { name, ground } of grounds) {
    const expectations = {
      none: await expectation(name, ground, 'none'),
      body: await expectation(name, ground, 'body'),
      file: await expectation(name, ground, 'file'),
    };
    await leave[name](ground);
    // Named pipes too.
    execFileSync('cp', ['-a', ground.project, backup(ground)]);
    templates.push({ name, ground, expectations });
  }
  return templates;
}

export function closeTemplates(templates: readonly Template[]): void {
  for (const { ground } of templates) closeGround(ground);
}

/** Puts the state of a template back; the files of the project keep their inodes and time stamps. */
export function restore({ ground }: Template): void {
  execFileSync('rm', ['-rf', join(ground.project, '.pipeline'), join(ground.project, 'pipeline.lock')]);
  for (const name of ['.pipeline', 'pipeline.lock'])
    if (existsSync(join(backup(ground), name)))
      execFileSync('cp', ['-a', join(backup(ground), name), ground.project]);
}

/** Changes a template's project into a variant. */
export function vary({ name, ground, expectations }: Template, variant: VariantName): Variant {
  const text = pipelineText(ground);
  const file = join(ground.project, 'pipeline.yaml');
  if (variant !== 'none') change(name, ground, variant);
  return {
    ...expectations[variant],
    name: variant,
    undo: () => {
      if (pipelineText(ground) !== text) writeFileSync(file, text);
      rmSync(join(ground.project, 'data', 'more'), { force: true });
    },
  };
}

function change(name: TemplateName, ground: Ground, variant: VariantName): void {
  if (variant === 'body') writePipeline(ground, stages(name, ground, 'changed'), rest(name));
  else writeFileSync(join(ground.project, 'data', 'more'), 'more\n');
}

async function expectation(name: TemplateName, ground: Ground, variant: VariantName): Promise<Expectation> {
  const beside = projectBeside(ground, `undisturbed-${variant}`);
  const from = entries(ground).length;
  writeProject(name, beside);
  if (variant !== 'none') change(name, beside, variant);
  const seen = await lookAt(beside);
  if (!('tree' in seen)) throw new Error(`the template ${name} does not build: ${seen.ending.error}`);
  rmSync(beside.project, { recursive: true });
  return {
    expected: seen.tree,
    allowed: new Set(entries(ground, from).map(({ tag, what }) => `${tag} ${what}`)),
  };
}

/** How each template gets its state. */
const leave: { readonly [name in TemplateName]: (ground: Ground) => Promise<void> } = {
  finished: async (ground) => must(ground, 0),
  cluster: async (ground) => must(ground, 0),
  failed: async (ground) => {
    writeFileSync(flag(ground), '');
    await must(ground, 1);
    rmSync(flag(ground));
  },
  killed: async (ground) => {
    writeFileSync(flag(ground), '');
    await pipeline(ground, ['run', '--json', '-j', '4'], {
      through: confined,
      watch: (child, out) => {
        if (out.split('"action-succeeded"').length > 3) child.kill('SIGKILL');
      },
    });
    rmSync(flag(ground));
  },
};

async function must(ground: Ground, code: number): Promise<void> {
  const ending = await pipeline(ground, ['run'], { through: confined });
  if (ending.code !== code) throw new Error(`a template exits with ${ending.code}: ${ending.error}`);
}

function writeProject(name: TemplateName, ground: Ground): void {
  if (name === 'cluster')
    cpSync(join(root, 'examples', 'tfc-w2a2'), ground.project, { recursive: true, filter: isShipped });
  mkdirSync(join(ground.project, 'data', 'deep'), { recursive: true });
  writeFileSync(join(ground.project, 'data', 'a'), 'a file\n');
  writeFileSync(join(ground.project, 'data', 'deep', 'b'), 'another file\n', { mode: 0o755 });
  writeFileSync(join(ground.project, 'single'), 'one\ntwo\nthree\n');
  writePipeline(ground, stages(name, ground, 'first'), rest(name));
}

function stages(name: TemplateName, ground: Ground, word: string): { readonly [name: string]: ShellStage } {
  const hold = { killed: 'sleep 20', failed: 'exit 7', finished: 'true', cluster: 'true' }[name];
  const packages: { readonly [port: string]: string } =
    name === 'cluster' ? { p: 'package', r: 'split.report' } : {};
  return {
    make: {
      tag: 'make',
      body: 'mkdir -p out/d/e; cp in/files/data/a out/d/x; cp in/files/data/deep/b out/d/e/y; ls -R in > out/d/z; chmod +x out/d/x; echo 5 > out/n',
      inputs: ['data'],
      outputs: ['d', 'n'],
    },
    list: {
      tag: 'list',
      body: `echo ${word} > out/o; ${listing} >> out/o`,
      needs: { d: 'make.d' },
      outputs: ['o'],
    },
    sum: {
      tag: 'sum',
      body: 'echo $P > out/o; sort in/files/single in/n/n >> out/o',
      needs: { n: 'make.n' },
      inputs: ['single'],
      env: { P: '5' },
      outputs: ['o'],
    },
    side: {
      tag: 'side',
      body: `echo begun > out/o; if [ -e ${flag(ground)} ]; then ${hold}; fi; echo side >> out/o`,
      outputs: ['o'],
    },
    tail: {
      tag: 'tail',
      body: `${listing} > out/o; echo to the log`,
      needs: { l: 'list', s: 'sum', ...packages },
      after: ['side'],
      outputs: ['o'],
    },
  };
}

/** Names, executable bits and contents of all inputs. */
const listing = `(cd in; find . -type f | LC_ALL=C sort | while read -r f; do echo "$f"; [ -x "$f" ] && echo x; sha256sum < "$f"; done)`;

/** The stages around a network, split greedily over two emulated boards, so that there are cuts, receipts and boards. */
function rest(name: TemplateName): Rest {
  if (name !== 'cluster') return {};
  return {
    cluster: { zed0: { board: 'zedboard' }, zed1: { board: 'zedboard' } },
    stages: {
      preprocess: { kind: 'finn/preprocess', with: { model: 'model.onnx', specialize: 'specialize.json' } },
      estimate: { kind: 'finn/estimate', needs: { model: 'preprocess' }, with: { folding: 'folding.json' } },
      split: {
        kind: 'split',
        needs: { model: 'estimate' },
        with: { strategy: 'greedy', limits: { BRAM_18K: 0.17 } },
      },
      build: { kind: 'finn/build', foreach: 'split.submodels' },
      package: { kind: 'package', foreach: 'build.bitstreams' },
      deploy: { kind: 'deploy', foreach: 'cluster', needs: { packages: 'package' } },
      smoke: {
        kind: 'smoke',
        needs: { deployed: 'deploy', host: 'preprocess.host' },
        with: { inputs: 'images.npy', expected: 'expected.npy', count: 5 },
      },
    },
  };
}

function isShipped(path: string): boolean {
  return !path.includes('.pipeline');
}

function flag({ folder }: Ground): string {
  return join(folder, 'flag');
}

function backup({ folder }: Ground): string {
  return join(folder, 'backup');
}
