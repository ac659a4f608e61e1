import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { disgraces, excerpt, pipeline } from './rig/command.ts';
import type { Ending } from './rig/command.ts';
import { onGround, projectBeside } from './rig/ground.ts';
import type { Ground } from './rig/ground.ts';
import { entries } from './rig/log.ts';
import { circumstances } from './rig/machines.ts';
import { lookAt, pipelineText, writePipeline } from './rig/pipeline-file.ts';
import { randomOf } from './rig/random.ts';
import { roundsOf } from './rig/tally.ts';
import type { Round } from './rig/tally.ts';
import { differences } from './rig/tree.ts';
import type { Tree } from './rig/tree.ts';

/**
 * A run on a machine that fails it: a full disk, a cache on another file system, limits, a clock that jumps. It ends well or
 * with an exit code and a sentence; and once the machine is well, the next run is well and repeats nothing that was done.
 */
export const rounds = roundsOf((seed) => onGround('machine', (ground) => failedBy(ground, seed)));

async function failedBy(ground: Ground, seed: number): Promise<Round> {
  const random = randomOf(seed);
  const circumstance = circumstances[seed % circumstances.length]!;
  const reason = circumstance.whyNot();
  if (reason !== null) return { figures: { [`skipped: ${reason}`]: 1 }, faults: [] };
  prepare(ground);
  const { through, env = {}, what } = circumstance.make(ground, random);
  // Node itself needs some files and threads; what it says when it lacks them is not ours.
  const [program, ...rest] = [
    ...through,
    process.execPath,
    '-e',
    'new (require("worker_threads").Worker)("0", { eval: true })',
  ];
  if (spawnSync(program, rest, { env: { ...process.env, ...env } }).status !== 0)
    return { figures: { 'Node does not start': 1 }, faults: [] };
  const first = await pipeline(ground, ['run', '--json', '-j', '3'], { through, env, seconds: 60 });
  const asked: Ending[] = [];
  for (const one of ['status', 'plan'])
    asked.push(await pipeline(ground, [one], { through, env, seconds: 60 }));
  circumstance.end?.(ground);
  const done = doneIn(first);
  const before = entries(ground).length;
  const next = await pipeline(ground, ['run', '-j', '3'], { seconds: 60 });
  const again = entries(ground, before)
    .filter(({ sign, tag }) => sign === '+' && done.has(tag))
    .map(({ tag }) => tag);
  const wrong = await wrongResults(ground);
  const said = explained(first);
  const faults = [
    ...(isNodes(first) ? [] : disgraces('the run', first)),
    ...asked.flatMap((ending, at) => (isNodes(ending) ? [] : disgraces(['status', 'plan'][at]!, ending))),
    ...disgraces('the next run', next),
    ...(circumstance.mustBeWell === true && first.code !== 0
      ? [`exits with ${first.code}: ${excerpt(first.error + first.out, /"message"|\S/)}`]
      : []),
    // The limit may also have struck the command itself, whose failure is its own.
    ...(first.code === 0 || said.length > 0 || isNodes(first) || first.out.includes('"action/failed"')
      ? []
      : [`exits with ${first.code} without a hint: ${excerpt(first.error + first.out, /"code"|\S/)}`]),
    ...(next.code === 0
      ? []
      : [`then the next run exits with ${next.code}: ${excerpt(next.error + next.out, /\S/)}`]),
    ...(again.length === 0 ? [] : [`done and run again: ${again.join(' ')}`]),
    ...wrong,
  ];
  return {
    figures: {
      [circumstance.name]: 1,
      well: first.code === 0 ? 1 : 0,
      'exit 1': first.code === 1 ? 1 : 0,
      'exit 3': first.code === 3 ? 1 : 0,
      traces: faults.some((fault) => /trace|bug|hangs/.test(fault)) ? 1 : 0,
      'next not well': next.code === 0 ? 0 : 1,
      'done before': done.size,
      'run again': again.length,
      wrong: wrong.length,
    },
    faults: faults.length === 0 ? [] : [`${circumstance.name}: ${what}`, ...faults],
  };
}

function prepare(ground: Ground): void {
  mkdirSync(ground.project, { recursive: true });
  writeFileSync(join(ground.project, 'input'), 'input\n');
  const size = 300_000;
  const stages = Object.fromEntries(
    Array.from({ length: 8 }, (_, at) => [
      `s${at}`,
      {
        tag: `s${at}`,
        body: `head -c ${size} /dev/zero | tr '\\0' ${at} > out/o; mkdir out/d; i=0; while [ $i -lt 20 ]; do echo $i > out/d/$i; i=$((i+1)); done`,
        outputs: ['o', 'd'],
        inputs: ['input'],
        ...(at < 3 ? {} : { needs: { n: `s${at - 3}.o`, d: `s${at - 3}.d` } }),
      },
    ]),
  );
  writePipeline(ground, stages);
}

/** The commands whose success the run has printed. */
function doneIn({ out }: Ending): ReadonlySet<string> {
  return new Set(
    [...out.matchAll(/^\{"type":"action-succeeded",.*?"action":"([^"]+)".*\}$/gm)].map(
      ([, action]) => action!,
    ),
  );
}

/** Whether Node itself gave up, for want of memory or a thread: no program can catch that. */
function isNodes({ code, error }: Ending): boolean {
  return (
    (code === null || code > 128) &&
    /pthread_create|Assertion .* failed|out of memory|Out of memory/.test(error)
  );
}

/** The hints of all diagnostics. */
function explained({ out, error }: Ending): readonly string[] {
  return [...`${out}\n${error}`.matchAll(/"hint":"([^"]+)"|hint: (.+)/g)].map(
    ([, one, other]) => one ?? other ?? '',
  );
}

let undisturbed: Tree | null = null;

async function wrongResults(ground: Ground): Promise<readonly string[]> {
  if (undisturbed === null) {
    const beside = projectBeside(ground, 'undisturbed');
    writeFileSync(join(beside.project, 'pipeline.yaml'), pipelineText(ground));
    writeFileSync(join(beside.project, 'input'), 'input\n');
    const seen = await lookAt(beside);
    if (!('tree' in seen)) throw new Error(`the undisturbed build fails: ${seen.ending.error}`);
    undisturbed = seen.tree;
    if (existsSync(beside.project)) rmSync(beside.project, { recursive: true });
  }
  const seen = await lookAt(ground);
  if (!('tree' in seen))
    return [`the results cannot be seen: ${excerpt(seen.ending.error + seen.ending.out, /error\[|\S/)}`];
  return differences(seen.tree, undisturbed).map((what) => `wrong result: ${what}`);
}
