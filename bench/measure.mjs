// What the measurements share: generated projects, copies of the shipped example, and timing that alternates between the
// candidates, so that a change in the machine's speed affects all of them.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const repository = join(import.meta.dirname, '..');

/** The command that is measured, as built by `npm run build`. */
export const pipeline = [process.execPath, join(repository, 'dist', 'cli.js')];

/**
 * Calls `use` with a fresh folder, which is removed afterwards, and with a function that registers cleanups, such as ending
 * a process. They are called when `use` is over, also after an error or a signal, the last one first.
 */
export async function inTemporaryFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const ends = [];
  let ending;
  const endAll = async () => {
    while (ends.length > 0)
      try {
        await ends.pop()();
      } catch (error) {
        console.error(error);
      }
  };
  const end = () => (ending ??= endAll());
  const endEarly = () => void end().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, endEarly);
  // From events that nothing awaits, such as a closed standard output.
  process.once('uncaughtException', (error) => {
    console.error(error);
    endEarly();
  });
  try {
    await use(folder, (last) => ends.push(last));
  } finally {
    await end();
    // Anything started while a signal ended the rest.
    await endAll();
  }
}

/** Waits for something to start and registers its stop, also if the end comes before it has started. */
export function startedFor(onEnd, starting, stop) {
  onEnd(async () => {
    const started = await starting.catch(() => null);
    if (started !== null) await stop(started);
  });
  return starting;
}

/** Functions straight from the sources: `exports` has the names required from each file. */
export async function sources(exports) {
  const contents = Object.entries(exports).map(
    ([file, names]) => `export { ${names.join(', ')} } from './${file}';`,
  );
  const { outputFiles } = await build({
    stdin: { contents: contents.join('\n'), resolveDir: repository, loader: 'ts' },
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['esbuild'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'error',
    plugins: [{ name: 'own places', setup: keepPlaces }],
  });
  // Inside node_modules, so that the package that cannot be bundled is found, and only while it is needed.
  const bundle = join(repository, 'node_modules', `.bench-${process.pid}.mjs`);
  try {
    writeFileSync(bundle, outputFiles[0].contents);
    return await import(pathToFileURL(bundle).href);
  } finally {
    rmSync(bundle, { force: true });
  }
}

/** Lets bundled code find the files next to its source. */
function keepPlaces({ onLoad }) {
  onLoad({ filter: /\/test\/.*\.ts$/ }, async ({ path }) => {
    const place = JSON.stringify(dirname(path));
    return {
      contents: (await readFile(path, 'utf8')).replaceAll('import.meta.dirname', place),
      loader: 'ts',
    };
  });
}

/** Ends this process when the one that started it ends, for whatever reason. */
export function endWithParent() {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(1), 200).unref();
}

/** The program that runs ARM code on this machine. */
export function qemu() {
  return run(['sh', '-c', 'command -v qemu-arm-static'], repository).trim();
}

/** Copies the shipped pipeline.yaml with its example. */
export function copyShipped(to) {
  cpSync(join(repository, 'examples', 'cnv-w2a2'), join(to, 'examples', 'cnv-w2a2'), { recursive: true });
  cpSync(join(repository, 'pipeline.yaml'), join(to, 'pipeline.yaml'));
  return to;
}

/** Copies the smallest example, which is a separate project. */
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

/** Runs a command to its end and returns what it printed; throws if it fails. */
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
 * Wall times in ms: every round times every candidate once; the first round is discarded. A candidate is
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
  return candidates.map(({ name }) => ({ name, ...summary(times.get(name)) }));
}

/** As `alternate`, with candidates `{name, measure}` whose `measure` resolves to the figure. */
export async function takeTurns(candidates, rounds) {
  const figures = new Map(candidates.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1)
    for (const { name, measure } of candidates) {
      const figure = await measure();
      if (round > 0) figures.get(name).push(figure);
    }
  return candidates.map(({ name }) => ({ name, ...summary(figures.get(name)) }));
}

/** The duration of `work` in seconds. */
export async function secondsOf(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function summary(figures) {
  const sorted = figures.sort((a, b) => a - b);
  return { minimum: sorted[0], median: sorted[sorted.length >> 1] };
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
