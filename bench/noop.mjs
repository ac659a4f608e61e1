// Measures a run with nothing to do, as a whole process: on the shipped example, compared with the start of Node alone,
// and on many independent actions, compared with other build tools doing the same.
//
//   node bench/noop.mjs [--rounds 20] [--many 5] [--most 1000]
//
// `--many` is the number of rounds with 10, 1000 and 10 000 actions (0 leaves them out), `--most` the largest number of actions of the
// tools that npm starts, whose first run takes minutes. They are installed by npm and pip into a temporary folder.
import { join } from 'node:path';
import {
  alternate,
  copyShipped,
  generateProject,
  inTemporaryFolder,
  options,
  pipeline,
  report,
  run,
} from './measure.mjs';
import { doit, install, ninja, nx, turbo, wireit } from './peers.mjs';

const { rounds, many, most } = options({ rounds: 20, many: 5, most: 1000 });
const goal = 1.3;

await inTemporaryFolder((folder) => {
  small(join(folder, 'example'));
  if (many === 0) return;
  const tools = install(join(folder, 'tools'));
  for (const actions of [10, 1000, 10_000]) large(join(folder, String(actions)), actions, tools);
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

function large(folder, actions, tools) {
  const ours = generateProject(join(folder, 'pipeline'), actions);
  run([...pipeline, 'run', '--quiet'], ours);
  expectNothingToDo(ours);
  const peers = actions <= most ? [ninja, doit, turbo, nx, wireit] : [ninja, doit];
  const candidates = peers.flatMap((peer) => peer(join(folder, peer.name), actions, tools) ?? []);
  const results = alternate(
    [{ name: 'pipeline run', start: () => run([...pipeline, 'run'], ours) }, ...candidates],
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
