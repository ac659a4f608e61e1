// Projects of independent actions for other build tools: each action has one input file and one output file. Every function makes a
// project in a folder, brings it up to date, and returns how to start the tool again; null where the tool is missing.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { inputOf, numbers, run, writeInputs } from './measure.mjs';

const quiet = {
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  WIREIT_CACHE: 'local',
  NX_DAEMON: 'false',
  NX_TUI: 'false',
};

/** The tools that npm and pip have, in a temporary folder. */
export function install(folder) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const packages = ['turbo@2.11.11', 'wireit@0.14.13', 'nx@24.0.6'];
  run(['npm', 'install', '--no-audit', '--no-fund', ...packages], folder);
  spawnSync('python3', [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--target',
    join(folder, 'python'),
    'doit==0.37.0',
  ]);
  return folder;
}

/** Whether ninja is installed. */
export function hasNinja() {
  return spawnSync('ninja', ['--version']).error === undefined;
}

/** A project that ninja has not built yet, whose commands run as those of the pipeline do. */
export function ninjaProject(folder, actions) {
  writeInputs(folder, actions);
  const builds = numbers(actions).map((number) => `build out/${number}.txt: copy ${inputOf(number)}\n`);
  const rule = `rule copy\n  command = sh -e -c 'cp $in $out'\n`;
  writeFileSync(join(folder, 'build.ninja'), `${rule}${builds.join('')}`);
  return folder;
}

/** Compares time stamps. */
export function ninja(folder, actions) {
  if (!hasNinja()) return null;
  ninjaProject(folder, actions);
  run(['ninja'], folder);
  return { name: 'ninja', start: () => run(['ninja'], folder) };
}

/** Compares contents by MD5. */
export function doit(folder, actions, tools) {
  writeInputs(folder, actions);
  mkdirSync(join(folder, 'out'));
  writeFileSync(
    join(folder, 'dodo.py'),
    `def task_copy():
    for n in range(${actions}):
        yield {'name': str(n), 'actions': [f'cp in/{n}.txt out/{n}.txt'], 'file_dep': [f'in/{n}.txt'], 'targets': [f'out/{n}.txt']}
`,
  );
  const env = { PYTHONPATH: join(tools, 'python') };
  const command = ['python3', '-m', 'doit'];
  if (spawnSync('python3', ['-c', 'import doit'], { env: { ...process.env, ...env } }).status !== 0)
    return null;
  run(command, folder, env);
  return { name: 'doit', start: () => run(command, folder, env) };
}

/** Compares contents, without the daemon. All actions are targets of one project. */
export function nx(folder, actions, tools) {
  writeInputs(folder, actions);
  mkdirSync(join(folder, 'out'));
  const targets = Object.fromEntries(
    numbers(actions).map((number) => [
      `s${number}`,
      {
        executor: 'nx:run-commands',
        cache: true,
        options: { command: `cp ${inputOf(number)} out/${number}.txt`, cwd: '.' },
        inputs: [`{workspaceRoot}/${inputOf(number)}`],
        outputs: [`{workspaceRoot}/out/${number}.txt`],
      },
    ]),
  );
  const all = { executor: 'nx:noop', dependsOn: Object.keys(targets) };
  const write = (name, value) => writeFileSync(join(folder, name), JSON.stringify(value));
  write('nx.json', { neverConnectToCloud: true, analytics: false });
  write('package.json', { name: 'root', private: true });
  write('project.json', { name: 'root', targets: { ...targets, all } });
  symlinkSync(join(tools, 'node_modules'), join(folder, 'node_modules'));
  const command = [join(tools, 'node_modules', '.bin', 'nx'), 'run', 'root:all'];
  run(command, folder, quiet);
  const again = run(command, folder, quiet);
  if (!again.includes('read the output from the cache'))
    throw new Error(`nx has something to do:\n${again.slice(-500)}`);
  return { name: 'nx run all, no daemon', start: () => run(command, folder, quiet) };
}

/**
 * One workspace package per action: what turbo is made for, and faster there than as many tasks of a single package. The
 * first run uses a stand-in for npm that only copies the file, since starting the real one takes a second per action; a
 * run with nothing to do starts neither.
 */
export function turbo(folder, actions, tools) {
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
  mkdirSync(stand, { recursive: true });
  writeFileSync(join(stand, 'npm'), '#!/bin/sh\ncp in.txt out.txt\n');
  chmodSync(join(stand, 'npm'), 0o755);
  const command = join(tools, 'node_modules', '.bin', 'turbo');
  const path = `${stand}${delimiter}${process.env.PATH}`;
  run([command, 'run', 'build'], folder, { ...quiet, PATH: path });
  const again = run([command, 'run', 'build'], folder, quiet);
  if (!again.includes(`${actions} cached`))
    throw new Error(`turbo has something to do:\n${again.slice(-500)}`);
  return { name: 'turbo run build', start: () => run([command, 'run', 'build'], folder, quiet) };
}

/** One package with a script per action, and one that depends on all of them. */
export function wireit(folder, actions, tools) {
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
  symlinkSync(join(tools, 'node_modules'), join(folder, 'node_modules'));
  run(['npm', 'run', 'all'], folder, quiet);
  return { name: 'npm run all (wireit)', start: () => run(['npm', 'run', 'all'], folder, quiet) };
}
