// Measures what the tool adds to an action that does run: wall time per action of a first run of many short shell actions,
// two at a time, compared with ninja -j2 and the same commands.
//
//   node bench/cold.mjs [--rounds 3] [--actions 1000]
//
// ninja (apt-get install ninja-build) compares time stamps and runs a command in place; the pipeline digests contents,
// runs each action in a fresh folder that contains only its inputs, and keeps the outputs.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  alternate,
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

const { rounds, actions } = options({ rounds: 3, actions: 1000 });

await inTemporaryFolder((folder) => {
  const ours = generateProject(join(folder, 'pipeline'), actions);
  const candidates = [
    {
      name: 'pipeline run --jobs 2',
      prepare: () => remove(ours, ['.pipeline']),
      start: () => run([...pipeline, 'run', '--jobs', '2'], ours),
    },
  ];
  if (spawnSync('ninja', ['--version']).error === undefined) {
    const theirs = ninjaProject(join(folder, 'ninja'));
    candidates.unshift({
      name: 'ninja -j2',
      prepare: () => remove(theirs, ['out', '.ninja_log', '.ninja_deps']),
      start: () => run(['ninja', '-j2'], theirs),
    });
  } else {
    console.log('ninja is not installed (apt-get install ninja-build): measured without it');
  }
  report(`a first run of ${actions} actions, per action:`, alternate(candidates, rounds), actions);
});

function ninjaProject(folder) {
  writeInputs(folder, actions);
  const builds = numbers(actions).map((number) => `build out/${number}.txt: copy ${inputOf(number)}\n`);
  writeFileSync(
    join(folder, 'build.ninja'),
    `rule copy\n  command = sh -e -c 'cp $in $out'\n${builds.join('')}`,
  );
  return folder;
}

function remove(folder, names) {
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
}
