import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { disgraces, excerpt, pipeline } from './rig/command.ts';
import type { Ending } from './rig/command.ts';
import { onGround, projectBeside } from './rig/ground.ts';
import type { Ground } from './rig/ground.ts';
import { begun, entries } from './rig/log.ts';
import { lookAt, pipelineText, writePipeline } from './rig/pipeline-file.ts';
import type { ShellStage } from './rig/pipeline-file.ts';
import { commandOf, kill, marked, markedForGood, milliseconds } from './rig/processes.ts';
import { randomOf } from './rig/random.ts';
import type { Random } from './rig/random.ts';
import { roundsOf } from './rig/tally.ts';
import type { Round } from './rig/tally.ts';
import { differences } from './rig/tree.ts';
import type { Tree } from './rig/tree.ts';

/**
 * Kills with SIGKILL, then a run that must end well, leave no process of the killed run, repeat nothing that had been
 * reported as done, and keep what an undisturbed build keeps. Three rounds of ten kill 40 actions while they start.
 */
export const rounds = roundsOf((seed) => onGround('kills', (ground) => killed(ground, seed)));

/** Forty commands at once, which pause for long from the start; or three layers, which pause once the kill is near. */
type Shape = 'start' | 'layers';

interface Plot {
  readonly stages: { readonly [name: string]: ShellStage };
  readonly jobs: number;
  readonly shape: Shape;
  readonly isMoment: (out: string, ground: Ground) => boolean;
  readonly delay: number;
  readonly victims: 'command' | 'child' | 'both';
}

async function killed(ground: Ground, seed: number): Promise<Round> {
  const random = randomOf(seed);
  const plot = seed % 10 < 3 ? atStart(ground, random) : anywhere(ground, random);
  writePipeline(ground, plot.stages);

  const struck: string[] = [];
  const first = await killOnce(ground, plot, random, struck);
  const before = entries(ground);
  const done = reported(first);
  const next = await pipeline(ground, ['run', '-j', `${plot.jobs}`], { seconds: 90 });
  const orphans = await markedForGood(ground.marker);
  const again = begun(ground, before.length).filter((tag) => done.has(tag));
  const settled = entries(ground).length;
  const third = await pipeline(ground, ['run']);
  const restless = entries(ground).length - settled;
  const wrong = await wrongResults(ground, plot.shape);
  for (const pid of orphans) kill(pid);

  const faults = [
    ...disgraces('the killed run', { ...first, code: first.code ?? 0 }),
    ...disgraces('the next run', next),
    ...(next.code === 0
      ? []
      : [`the next run exits with ${next.code}: ${excerpt(next.error + next.out, /\S/)}`]),
    ...(third.code === 0 ? [] : [`the third run exits with ${third.code}`]),
    ...(orphans.length === 0 ? [] : [`${orphans.length} processes outlive the next run`]),
    ...(again.length === 0 ? [] : [`done and run again: ${again.join(' ')}`]),
    ...(restless === 0 ? [] : ['a third run has something to do']),
    ...wrong,
  ];
  return {
    figures: {
      'at start': plot.shape === 'start' ? 1 : 0,
      'not well': next.code === 0 ? 0 : 1,
      'with orphans': orphans.length === 0 ? 0 : 1,
      orphans: orphans.length,
      'done before': done.size,
      'run again': again.length,
      wrong: wrong.length,
    },
    faults: faults.length === 0 ? [] : [`killed: ${struck.join(', ')}`, ...faults],
  };
}

/** Runs until the moment of the plot and kills its victims. */
async function killOnce(ground: Ground, plot: Plot, random: Random, victims: string[]): Promise<Ending> {
  let struck = false;
  if (plot.shape === 'start') writeFileSync(pause(ground), '');
  const strike = async (child: ChildProcess): Promise<void> => {
    // Those that live longer than the command now pause long enough to be found after the next run.
    writeFileSync(pause(ground), '');
    await milliseconds(plot.delay);
    const children = marked(ground.marker).filter((pid) => pid !== child.pid);
    if (plot.victims !== 'command' && children.length > 0) {
      const victim = random.pick(children);
      victims.push(commandOf(victim));
      kill(victim);
    }
    if (plot.victims !== 'child') {
      victims.push('the command');
      child.kill('SIGKILL');
    }
    if (plot.victims === 'child') rmSync(pause(ground), { force: true });
  };
  const ending = await pipeline(ground, ['run', '--json', '-j', `${plot.jobs}`], {
    watch: (child, out) => {
      if (struck || !plot.isMoment(out, ground)) return;
      struck = true;
      void strike(child);
    },
  });
  if (existsSync(pause(ground))) {
    await milliseconds(plot.shape === 'start' ? 0 : 60);
    rmSync(pause(ground), { force: true });
  }
  return ending;
}

/** Actions whose success the killed run had printed, and those for which another command had already begun. */
function reported({ out }: Ending): ReadonlySet<string> {
  return new Set(
    [...out.matchAll(/^\{"type":"action-succeeded",.*?"action":"([^"]+)".*\}$/gm)].map(
      ([, action]) => action!,
    ),
  );
}

/** Forty commands without inputs, killed in the first second, most of them while they start. */
function atStart(ground: Ground, random: Random): Plot {
  const stages = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [`s${at}`, writer(ground, `s${at}`, at, {})]),
  );
  const isEarly = random.chance(0.5);
  return {
    stages,
    jobs: 40,
    shape: 'start',
    isMoment: (out) => !isEarly || out.includes('action-started'),
    delay: isEarly ? random.below(120) : random.below(1000),
    victims: 'command',
  };
}

/** Twelve commands in three layers, killed at any event of the run. */
function anywhere(ground: Ground, random: Random): Plot {
  const stages = Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => {
      const needs: { readonly [port: string]: string } = at < 4 ? {} : { n: `s${at - 4}` };
      return [`s${at}`, writer(ground, `s${at}`, at, needs)];
    }),
  );
  const events = random.below(55);
  return {
    stages,
    jobs: random.pick([1, 2, 4, 8]),
    shape: 'layers',
    isMoment: (out) => out.split('\n').length > events,
    delay: random.below(15),
    victims: random.pick(['command', 'command', 'command', 'child', 'both']),
  };
}

/** A command that writes its output line by line, in one of several ways to be hard to end. */
function writer(
  ground: Ground,
  tag: string,
  at: number,
  needs: { readonly [port: string]: string },
): ShellStage {
  const target = at % 3 !== 0 ? '"$HOME"/out/o' : 'out/o';
  const lines = `i=0; while [ $i -lt 6 ]; do echo line ${at} $i >> ${target}; i=$((i+1)); if [ -e ${pause(ground)} ]; then sleep 3; else sleep 0.01; fi; done`;
  const body = [
    lines,
    `setsid --wait sh -c '${lines}'`,
    `(${lines}) & wait $!`,
    `trap '' TERM INT HUP; ${lines}`,
  ][at % 4]!;
  const reads = Object.keys(needs).map((port) => `cat in/${port}/o >> out/o`);
  return { tag, body: [...reads, body].join('\n'), outputs: ['o'], needs, env: { CHAOS: ground.marker } };
}

async function wrongResults(ground: Ground, shape: Shape): Promise<readonly string[]> {
  const expected = (undisturbed[shape] ??= await buildUndisturbed(ground));
  const seen = await lookAt(ground);
  if (!('tree' in seen)) return [`the results cannot be seen: ${excerpt(seen.ending.error, /\S/)}`];
  return differences(seen.tree, expected).map((what) => `wrong result: ${what}`);
}

/** The results of both pipelines do not depend on the ground, so they are built once. */
const undisturbed: { [shape in Shape]?: Tree } = {};

async function buildUndisturbed(ground: Ground): Promise<Tree> {
  const beside = projectBeside(ground, 'undisturbed');
  writeFileSync(join(beside.project, 'pipeline.yaml'), pipelineText(ground));
  const seen = await lookAt(beside);
  if (!('tree' in seen)) throw new Error(`the undisturbed build fails: ${seen.ending.error}`);
  return seen.tree;
}

/** While this file is there, a command pauses for seconds behind each line instead of milliseconds. */
function pause({ folder }: Ground): string {
  return join(folder, 'pause');
}
