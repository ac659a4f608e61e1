// Measures `pipeline watch` on a copy of the MobileNetV1 example: the time from a save of the folding to the plan on standard
// output, how much of it is planning, and the time until what runs by itself, estimate and split, has run.
//
//   node bench/watch.mjs [--saves 20]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inTemporaryFolder, options, pipeline, run } from './measure.mjs';

const { saves } = options({ saves: 20 });

await inTemporaryFolder(async (folder, onEnd) => {
  cpSync(join(import.meta.dirname, '../examples/mobilenetv1'), folder, { recursive: true });
  // Builds follow from the split, and would be measured instead.
  run([...pipeline, 'run', 'split'], folder);
  const [program, ...args] = pipeline;
  const child = spawn(program, [...args, 'watch', '--json', 'split'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onEnd(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextPlan = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('watch ended');
      const event = JSON.parse(value);
      if (event.type === 'watch-planned') return event;
    }
  };
  await nextPlan();
  const path = join(folder, 'folding.json');
  const folding = JSON.parse(readFileSync(path, 'utf8'));
  const layers = Object.keys(folding).filter((name) => folding[name].PE > 1);
  const figures = { shown: [], planned: [], settled: [] };
  // The first save loads what only a changed plan needs, as a discarded round does elsewhere.
  for (let save = 0; save <= saves; save += 1) {
    // A folding that has not been there before, so that estimate and split run.
    const changed = layers.flatMap((name, bit) =>
      ((save + 1) >> bit) % 2 === 1 ? [[name, { ...folding[name], PE: 1 }]] : [],
    );
    writeFileSync(`${path}.new`, JSON.stringify({ ...folding, ...Object.fromEntries(changed) }));
    const began = performance.now();
    renameSync(`${path}.new`, path);
    const plan = await nextPlan();
    const shown = performance.now() - began;
    if (plan.runs.length > 0) await nextPlan();
    const settled = performance.now() - began;
    if (save === 0) continue;
    figures.shown.push(shown);
    figures.planned.push(plan.milliseconds);
    figures.settled.push(settled);
  }
  console.log(`${saves} saves`);
  for (const [name, values] of Object.entries(figures)) {
    const sorted = values.sort((a, b) => a - b);
    const at = (share) =>
      sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)].toFixed(0);
    console.log(`  ${name.padEnd(8)} p50 ${at(0.5).padStart(5)} ms  p95 ${at(0.95).padStart(5)} ms`);
  }
});
