import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../rig/sources.ts';
import { disgraces, excerpt, pipeline } from './command.ts';
import { projectBeside } from './ground.ts';
import type { Ground } from './ground.ts';
import { entries } from './log.ts';
import { lookAt, writePipeline } from './pipeline-file.ts';
import { randomOf } from './random.ts';
import type { Random } from './random.ts';
import type { Round } from './tally.ts';
import { differences } from './tree.ts';

/**
 * A small network, split greedily, with a command for every submodel; edits of the folding, the limits, the boards and the
 * cuts. No submodel is worked on twice, a second run does nothing, and the results equal those of a build from an empty cache
 * with the same cuts.
 */
export async function networkRound(ground: Ground, seed: number): Promise<Round> {
  const random = randomOf(seed);
  const faults: string[] = [];
  const figures = { edits: 0, stale: 0, needless: 0, 'not run': 0, 'plan wrong': 0, restless: 0, traces: 0 };
  const done = new Set<string>();
  let network = start;
  let name = 'first';
  cpSync(join(root, 'examples', 'tfc-w2a2'), ground.project, {
    recursive: true,
    filter: (path) => !path.includes('.pipeline'),
  });
  for (let at = 0; at <= 4; at++) {
    figures.edits += 1;
    const say = (figure: keyof typeof figures, sentence: string): void => {
      figures[figure] += 1;
      faults.push(`edit ${at} (${name}): ${sentence}`);
    };
    writeNetwork(ground, network);
    const elsewhere = projectBeside(ground, `else-${at}`);
    for (const file of readdirSync(ground.project).filter((one) => one !== '.pipeline'))
      cpSync(join(ground.project, file), join(elsewhere.project, file));
    const recut = at > 0 && random.chance(0.3) ? ['--recut'] : [];

    const before = entries(ground).length;
    const first = await pipeline(ground, ['run', ...recut]);
    for (const sentence of disgraces('the run', first)) say('traces', sentence);
    if (first.code !== 0) say('not run', excerpt(first.error + first.out, /error\[|\S/));
    for (const { what } of entries(ground, before).filter(({ tag }) => tag === 'each')) {
      if (done.has(what)) say('needless', `the submodel ${what} is worked on a second time`);
      done.add(what);
    }
    const settled = entries(ground).length;
    const planned = await pipeline(ground, ['plan', '--json']);
    if (/"type":"(would|may)/.test(planned.out))
      say('plan wrong', `after a run: ${excerpt(planned.out, /would|may/)}`);
    const lock = lockOf(ground);
    const second = await pipeline(ground, ['run', '--json']);
    const restless = [...second.out.matchAll(/"type":"action-started".*?"action":"([^"]+)"/g)].map(
      ([, one]) => one,
    );
    if (restless.length > 0) say('restless', `a second run runs ${restless.join(' ')}`);
    if (entries(ground).length > settled) say('restless', 'a second run runs a command');
    if (lockOf(ground) !== lock) say('restless', 'a second run changes pipeline.lock');

    const seen = await lookAt(ground);
    // The cuts that this run was given, and for --recut those that it chose.
    if (recut.length > 0 && lock !== null) writeFileSync(join(elsewhere.project, 'pipeline.lock'), lock);
    const fresh = await lookAt(elsewhere, { env: { TZ: 'Asia/Tokyo', LANG: 'C' }, jobs: 3 });
    if (!('tree' in seen))
      say('stale', `cannot be seen: ${excerpt(seen.ending.error + seen.ending.out, /error\[|\S/)}`);
    else if (!('tree' in fresh))
      say(
        'stale',
        `does not build elsewhere: ${excerpt(fresh.ending.error + fresh.ending.out, /error\[|\S/)}`,
      );
    else for (const difference of differences(seen.tree, fresh.tree)) say('stale', difference);
    rmSync(elsewhere.project, { recursive: true });
    [name, network] = changed(network, random);
  }
  return { figures, faults };
}

interface Network {
  readonly limit: number;
  readonly boards: { readonly [name: string]: string };
  /** The PE of the first layer. */
  readonly parallel: number;
  readonly word: string;
}

const start: Network = {
  limit: 0.17,
  boards: { zed0: 'zedboard', zed1: 'zedboard' },
  parallel: 0,
  word: 'one',
};

function changed(network: Network, random: Random): readonly [string, Network] {
  const name = random.pick([
    'limit',
    'board',
    'rename',
    'less boards',
    'word',
    'nothing',
    'folding',
  ] as const);
  const names = Object.keys(network.boards);
  const change: { readonly [one in typeof name]: () => Partial<Network> } = {
    limit: () => ({ limit: random.pick([0.17, 0.2, 0.5, 1]) }),
    board: () => ({
      boards: { ...network.boards, [`more${names.length}`]: random.pick(['zedboard', 'pynq-z1']) },
    }),
    rename: () => ({
      boards: Object.fromEntries(Object.entries(network.boards).map(([one, type]) => [`${one}x`, type])),
    }),
    'less boards': () =>
      names.length < 2 ? {} : { boards: Object.fromEntries(Object.entries(network.boards).slice(1)) },
    word: () => ({ word: random.pick(['one', 'two']) }),
    nothing: () => ({}),
    folding: () => ({ parallel: random.below(2) }),
  };
  return [name, { ...network, ...change[name]() }];
}

function writeNetwork(ground: Ground, { limit, boards, parallel, word }: Network): void {
  const shipped = JSON.parse(readFileSync(join(root, 'examples', 'tfc-w2a2', 'folding.json'), 'utf8')) as {
    readonly [layer: string]: { readonly [key: string]: unknown };
  };
  // Half the parallelism of the layers that can have it: other estimates, so perhaps other cuts.
  const folding = Object.fromEntries(
    Object.entries(shipped).map(([layer, keys]) => [
      layer,
      parallel === 1 && typeof keys['PE'] === 'number' && keys['PE'] % 2 === 0
        ? { ...keys, PE: keys['PE'] / 2 }
        : keys,
    ]),
  );
  mkdirSync(ground.project, { recursive: true });
  writeFileSync(join(ground.project, 'folding.json'), JSON.stringify(folding));
  const digest = '$(find in/item -type f | LC_ALL=C sort | xargs cat | sha256sum | cut -c1-20)';
  const command = `printf '+ each %s-${word}\\n' "${digest}" >> ${ground.log}; echo ${word} "${digest}" > out/o`;
  writePipeline(
    ground,
    {
      gathered: {
        tag: 'gathered',
        body: '(cd in; find . -type f ! -path ./params.json | LC_ALL=C sort | xargs sha256sum) > out/o',
        needs: { e: 'each.o', r: 'split.report', p: 'package', n: 'split.names' },
        outputs: ['o'],
      },
    },
    {
      cluster: Object.fromEntries(Object.entries(boards).map(([name, board]) => [name, { board }])),
      stages: {
        preprocess: { kind: 'finn/preprocess', with: { model: 'model.onnx', specialize: 'specialize.json' } },
        estimate: {
          kind: 'finn/estimate',
          needs: { model: 'preprocess' },
          with: { folding: 'folding.json' },
        },
        split: {
          kind: 'split',
          needs: { model: 'estimate' },
          with: { strategy: 'greedy', limits: { BRAM_18K: limit } },
        },
        build: { kind: 'finn/build', foreach: 'split.submodels' },
        package: { kind: 'package', foreach: 'build.bitstreams' },
        each: { kind: 'shell', foreach: 'split.submodels', with: { command, outputs: ['o'] } },
      },
    },
  );
}

function lockOf({ project }: Ground): string | null {
  const file = join(project, 'pipeline.lock');
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}
