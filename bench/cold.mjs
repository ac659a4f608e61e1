// Measures what the tool adds to an action that does run: wall time per action of a first run of many short shell actions,
// two at a time, compared with ninja -j2 and the same commands.
//
//   node bench/cold.mjs [--rounds 3] [--actions 1000]
//
// ninja (apt-get install ninja-build) compares time stamps and runs a command in place; the pipeline digests contents,
// runs each action in a fresh folder that contains only its inputs, and keeps the outputs.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { alternate, generateProject, inTemporaryFolder, options, pipeline, report, run } from './measure.mjs';
import { hasNinja, ninjaProject } from './peers.mjs';

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
  if (hasNinja()) {
    const theirs = ninjaProject(join(folder, 'ninja'), actions);
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

function remove(folder, names) {
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
}
