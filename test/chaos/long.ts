import { mkdirSync, existsSync, readFileSync, writeFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { rounds as damage } from './damage.ts';
import { editsOfRound, rounds as edits } from './edits.ts';
import { rounds as kills } from './kills.ts';
import { rounds as machine } from './machine.ts';
import { rounds as networks } from './networks.ts';
import { countOfOutputs, rounds as outputs } from './outputs.ts';
import { countOfLayers, rounds as synthesis, whyNotSynthesised } from './synthesis.ts';
import { chains, chainsOfRound, mobilenet, whyNotSimulated } from './rtl.ts';
import { rounds as zynq, whyNotBooted } from './zynq.ts';
import { whyNotConfined } from './rig/namespace.ts';
import { emptyTally, joined, line } from './rig/tally.ts';
import type { Tally } from './rig/tally.ts';

/*
 *   npm run test:long                        everything, from where the last call stopped
 *   npm run test:long -- kills               one judge, likewise
 *   npm run test:long -- kills 4711          one round
 *   npm run test:long -- kills 4711 20       twenty rounds from there
 *   PIPELINE_CHAOS_STATE=FOLDER              where the progress is kept (default: below the folder for temporary files)
 */

interface Judge {
  readonly rounds: (seed: number, count: number) => Promise<Tally>;
  /** Rounds of the whole trial, from seed 0. */
  readonly count: number;
  /** Rounds between two writes of the progress. */
  readonly step: number;
  readonly whyNot?: () => string | null;
}

const judges: { readonly [name: string]: Judge } = {
  outputs: { rounds: outputs, count: countOfOutputs, step: 1 },
  damage: { rounds: damage, count: 2000, step: 50, whyNot: whyNotConfined },
  kills: { rounds: kills, count: 1000, step: 10 },
  machine: { rounds: machine, count: 400, step: 10 },
  synthesis: { rounds: synthesis, count: countOfLayers, step: 1, whyNot: whyNotSynthesised },
  zynq: { rounds: zynq, count: 1, step: 1, whyNot: whyNotBooted },
  chains: { rounds: chains, count: 500 / chainsOfRound, step: 1, whyNot: whyNotSimulated },
  networks: { rounds: networks, count: 2000, step: 200 },
  mobilenet: { rounds: mobilenet, count: 1, step: 1, whyNot: whyNotSimulated },
  edits: { rounds: edits, count: 2000 / editsOfRound, step: 5 },
};

interface Progress {
  readonly next: number;
  readonly tally: Tally;
}

const folder = process.env['PIPELINE_CHAOS_STATE'] ?? join(tmpdir(), 'pipeline-chaos');

// With an exit of its own, an interrupted trial still deletes its files and ends its processes.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
await main(process.argv.slice(2));

async function main([name, seed, count = '1']: readonly string[]): Promise<void> {
  const judge = name === undefined ? undefined : judges[name];
  if (name !== undefined && judge === undefined) {
    console.error(`there is no ${name}; there are ${Object.keys(judges).join(', ')}`);
    process.exitCode = 2;
  } else if (name !== undefined && judge !== undefined && seed !== undefined) {
    const tally = await judge.rounds(Number(seed), Number(count));
    report(name, tally.failures);
    conclude([[name, tally]]);
  } else {
    const names = name === undefined ? Object.keys(judges) : [name];
    const tallies: (readonly [string, Tally])[] = [];
    for (const one of names) tallies.push([one, await whole(one, judges[one]!)]);
    conclude(tallies);
  }
}

/** All rounds of a judge that are still to do; its progress is on the disk after each step. */
async function whole(name: string, { rounds, count, step, whyNot }: Judge): Promise<Tally> {
  const reason = whyNot?.() ?? null;
  if (reason !== null) {
    console.log(`${name}: skipped, ${reason}`);
    return emptyTally;
  }
  let progress = read(name);
  if (progress.next >= count) console.log(`${name}: done before; delete ${fileOf(name)} to begin again`);
  while (progress.next < count) {
    const some = Math.min(step, count - progress.next);
    const tally = await rounds(progress.next, some);
    report(name, tally.failures);
    progress = { next: progress.next + some, tally: joined(progress.tally, tally) };
    write(name, progress);
    console.log(`${line(name, progress.tally)} (of ${count})`);
  }
  return progress.tally;
}

function report(name: string, failures: Tally['failures']): void {
  for (const { seed, faults } of failures) {
    console.log(`\n${name} ${seed} fails; to repeat it: npm run test:long -- ${name} ${seed}`);
    for (const fault of faults) console.log(`  ${fault}`);
  }
}

function conclude(tallies: readonly (readonly [string, Tally])[]): void {
  for (const [name, tally] of tallies) console.log(line(name, tally));
  if (tallies.some(([, { failures }]) => failures.length > 0)) process.exitCode = 1;
}

function read(name: string): Progress {
  if (!existsSync(fileOf(name))) return { next: 0, tally: emptyTally };
  return JSON.parse(readFileSync(fileOf(name), 'utf8')) as Progress;
}

function write(name: string, progress: Progress): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${fileOf(name)}.new`, JSON.stringify(progress));
  renameSync(`${fileOf(name)}.new`, fileOf(name));
}

function fileOf(name: string): string {
  return join(folder, `${name}.json`);
}
