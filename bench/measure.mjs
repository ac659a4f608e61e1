// What the measurements share: generated projects, copies of the shipped example, and timing that alternates between the
// candidates, so that a machine that gets slower or faster meanwhile does so for all of them.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..');

/** The command that is measured, as built by `npm run build`. */
export const pipeline = [process.execPath, join(repository, 'dist', 'cli.js')];

/** Calls `use` with a fresh folder that is gone afterwards. */
export async function inTemporaryFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  await use(folder);
}

/** Copies the shipped pipeline.yaml with its example. */
export function copyShipped(to) {
  cpSync(join(repository, 'examples', 'cnv-w2a2'), join(to, 'examples', 'cnv-w2a2'), { recursive: true });
  cpSync(join(repository, 'pipeline.yaml'), join(to, 'pipeline.yaml'));
  return to;
}

/** Copies the smallest example, a project of its own. */
export function copyExample(to) {
  mkdirSync(to, { recursive: true });
  cpSync(join(repository, 'examples', 'tfc-w2a2'), to, { recursive: true });
  return to;
}

/** A project of independent shell actions, each of which copies one file. */
export function generateProject(to, count) {
  writeInputs(to, count);
  const stages = numbers(count).map(
    (number) =>
      `  s${number}:\n    kind: shell\n    with: { command: cp in/files/${inputOf(number)} out/o.txt, inputs: [${inputOf(number)}], outputs: [o.txt] }\n`,
  );
  writeFileSync(join(to, 'pipeline.yaml'), `version: 1\nstages:\n${stages.join('')}`);
  return to;
}

export function writeInputs(to, count) {
  mkdirSync(join(to, 'in'), { recursive: true });
  for (const number of numbers(count)) writeFileSync(join(to, inputOf(number)), `${number}\n`);
}

export function inputOf(number) {
  return `in/${number}.txt`;
}

export function numbers(count) {
  return Array.from({ length: count }, (_, number) => number);
}

/** Runs a command to its end and returns what it printed; throws where it fails. */
export function run([program, ...args], cwd, env = {}) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ').slice(0, 200)} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

/**
 * Wall times in ms: every round times every candidate once, the first round is thrown away. A candidate is
 * `{name, prepare?, start}`.
 */
export function alternate(candidates, rounds) {
  const times = new Map(candidates.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1)
    for (const { name, prepare, start } of candidates) {
      prepare?.();
      const began = performance.now();
      start();
      if (round > 0) times.get(name).push(performance.now() - began);
    }
  return candidates.map(({ name }) => {
    const sorted = times.get(name).sort((a, b) => a - b);
    return { name, minimum: sorted[0], median: sorted[sorted.length >> 1] };
  });
}

/** Prints every result in ms (divided by `divisor`) and as a ratio to the first. */
export function report(title, results, divisor = 1) {
  console.log(title);
  const [first] = results;
  for (const { name, minimum, median } of results) {
    const figures = [minimum / divisor, median / divisor].map((value) => value.toFixed(divisor > 1 ? 2 : 0));
    const ratios = [minimum / first.minimum, median / first.median].map((value) => value.toFixed(2));
    console.log(
      `  ${name.padEnd(34)} min ${figures[0].padStart(6)} ms  median ${figures[1].padStart(6)} ms` +
        `  ratio ${ratios[0]} (min) ${ratios[1]} (median)`,
    );
  }
}

/** `--rounds 20` and the like, with defaults. */
export function options(defaults) {
  const given = process.argv.slice(2);
  return Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => {
      const at = given.indexOf(`--${name}`);
      return [name, at < 0 ? value : Number(given[at + 1])];
    }),
  );
}
