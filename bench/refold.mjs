// Measures `pipeline run split` on a copy of the MobileNetV1 example after a change of its folding, as a whole process, compared with
// the start of Node: the folding is applied, the network estimated, and cut again.
//
//   node bench/refold.mjs [--rounds 10]
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alternate, inTemporaryFolder, options, pipeline, report, run } from './measure.mjs';

const { rounds } = options({ rounds: 10 });

await inTemporaryFolder((folder) => {
  cpSync(join(import.meta.dirname, '../examples/mobilenetv1'), folder, { recursive: true });
  run([...pipeline, 'run', 'split'], folder);
  const path = join(folder, 'folding.json');
  const folding = JSON.parse(readFileSync(path, 'utf8'));
  const layers = Object.keys(folding).filter((name) => folding[name].PE > 1);
  let change = 0;
  // A folding that has not been there before.
  const prepare = () => {
    change += 1;
    const changed = layers.filter((_, bit) => (change >> bit) % 2 === 1);
    const folded = Object.fromEntries(changed.map((name) => [name, { ...folding[name], PE: 1 }]));
    writeFileSync(path, JSON.stringify({ ...folding, ...folded }));
  };
  const results = alternate(
    [
      { name: 'node -e 0', start: () => run([process.execPath, '-e', '0'], folder) },
      { name: 'pipeline run split', prepare, start: () => run([...pipeline, 'run', 'split'], folder) },
    ],
    rounds,
  );
  report('MobileNetV1, from a changed folding to a new split:', results);
});
