// Measures a run with nothing to do, as a whole process: on the shipped example, compared with the start of Node alone,
// and on many independent actions, compared with turbo and wireit doing the same.
//
//   node bench/noop.mjs [--rounds 20] [--actions 1000] [--many 5]
//
// `--many` is the number of rounds with many actions (0 leaves them out); turbo and wireit are installed by npm into a
// temporary folder. In all three, an action has one input file, whose contents are digested, and one output file.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  alternate,
  copyShipped,
  generateProject,
  inputOf,
  inTemporaryFolder,
  numbers,
  options,
  pipeline,
  report,
  run,
  writeInputs,
} from './measure.mjs';

const { rounds, actions, many } = options({ rounds: 20, actions: 1000, many: 5 });
const goal = 1.3;
const quiet = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', WIREIT_CACHE: 'local' };

await inTemporaryFolder((folder) => {
  small(join(folder, 'example'));
  if (many > 0) large(folder);
});

function small(folder) {
  copyShipped(folder);
  run([...pipeline, 'run'], folder);
  expectNothingToDo(folder);
  const results = alternate(
    [
      { name: 'node -e 0', start: () => run([process.execPath, '-e', '0'], folder) },
      { name: 'pipeline run', start: () => run([...pipeline, 'run'], folder) },
    ],
    rounds,
  );
  report('the shipped example, nothing to do:', results);
  const ratio = results[1].median / results[0].median;
  console.log(`  goal: at most ${goal} × the start of Node; ${ratio <= goal ? 'met' : 'MISSED'}\n`);
}

function large(folder) {
  const ours = generateProject(join(folder, 'pipeline'), actions);
  run([...pipeline, 'run'], ours);
  expectNothingToDo(ours);
  const tools = install(join(folder, 'tools'));
  const turbo = turboProject(join(folder, 'turbo'), tools);
  const wireit = wireitProject(join(folder, 'wireit'), tools);
  const results = alternate(
    [
      { name: 'pipeline run', start: () => run([...pipeline, 'run'], ours) },
      { name: 'turbo run build', start: () => run([turbo.command, 'run', 'build'], turbo.folder, quiet) },
      { name: 'npm run all (wireit)', start: () => run(['npm', 'run', 'all'], wireit, quiet) },
    ],
    many,
  );
  report(`${actions} actions, nothing to do:`, results);
}

function expectNothingToDo(folder) {
  const last = JSON.parse(
    run([...pipeline, 'run', '--json'], folder)
      .trimEnd()
      .split('\n')
      .at(-1),
  );
  if (last.counts.ran !== 0) throw new Error(`${last.counts.ran} actions ran, but none should`);
}

function install(folder) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  run(['npm', 'install', '--no-audit', '--no-fund', 'turbo@2.11.11', 'wireit@0.14.13'], folder);
  return join(folder, 'node_modules');
}

/**
 * One workspace package per action: what turbo is made for, and faster there than as many tasks of a single package. The
 * first run uses a stand-in for npm that only copies the file, since starting the real one takes a second per action; a
 * run with nothing to do starts neither.
 */
function turboProject(folder, tools) {
  const packages = { '': { name: 'root', workspaces: ['packages/*'] } };
  for (const number of numbers(actions)) {
    const name = `p${number}`;
    const at = join(folder, 'packages', name);
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'in.txt'), `${number}\n`);
    const manifest = { name, version: '1.0.0', scripts: { build: 'cp in.txt out.txt' } };
    writeFileSync(join(at, 'package.json'), JSON.stringify(manifest));
    packages[`packages/${name}`] = { name, version: '1.0.0' };
    packages[`node_modules/${name}`] = { resolved: `packages/${name}`, link: true };
  }
  const write = (name, value) => writeFileSync(join(folder, name), JSON.stringify(value));
  write('package.json', {
    name: 'root',
    private: true,
    packageManager: 'npm@10.0.0',
    workspaces: ['packages/*'],
  });
  write('package-lock.json', { name: 'root', lockfileVersion: 3, requires: true, packages });
  write('turbo.json', { tasks: { build: { inputs: ['in.txt'], outputs: ['out.txt'] } } });
  writeFileSync(join(folder, '.gitignore'), 'out.txt\n.turbo\n');
  run(['git', 'init', '-q'], folder);
  run(['git', 'add', '-A'], folder);
  run(['git', '-c', 'user.name=x', '-c', 'user.email=x', 'commit', '-qm', 'x'], folder);
  const stand = join(folder, '..', 'stand-in');
  mkdirSync(stand);
  writeFileSync(join(stand, 'npm'), '#!/bin/sh\ncp in.txt out.txt\n');
  chmodSync(join(stand, 'npm'), 0o755);
  const command = join(tools, '.bin', 'turbo');
  const path = `${stand}${delimiter}${process.env.PATH}`;
  run([command, 'run', 'build'], folder, { ...quiet, PATH: path });
  const again = run([command, 'run', 'build'], folder, quiet);
  if (!again.includes(`${actions} cached`))
    throw new Error(`turbo has something to do:\n${again.slice(-500)}`);
  return { folder, command };
}

/** One package with a script per action, and one that depends on all of them. */
function wireitProject(folder, tools) {
  writeInputs(folder, actions);
  const names = numbers(actions).map((number) => `s${number}`);
  const scripts = Object.fromEntries(['all', ...names].map((name) => [name, 'wireit']));
  const wireit = Object.fromEntries(
    numbers(actions).map((number) => [
      names[number],
      {
        command: `mkdir -p out && cp ${inputOf(number)} out/${number}.txt`,
        files: [inputOf(number)],
        output: [`out/${number}.txt`],
      },
    ]),
  );
  const manifest = { private: true, scripts, wireit: { all: { dependencies: names }, ...wireit } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  symlinkSync(tools, join(folder, 'node_modules'));
  run(['npm', 'run', 'all'], folder, quiet);
  return folder;
}
