import {
  chmodSync,
  mkdirSync,
  readdirSync,
  rmSync,
  rmdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Ground } from './ground.ts';
import { shellStage } from './model.ts';
import type { Model } from './model.ts';
import { writePipeline } from './pipeline-file.ts';
import type { Random } from './random.ts';

/** Writes what differs; now and then with the time stamp and size of what was there before, as an editor in a hurry would. */
export function writeFiles(ground: Ground, before: Model, after: Model, random: Random): void {
  const place = (path: string) => join(ground.project, path);
  for (const path of Object.keys(before.files).filter((one) => !(one in after.files))) {
    rmSync(place(path));
    // To the model there are no empty folders.
    for (
      let above = dirname(path);
      above !== '.' && readdirSync(place(above)).length === 0;
      above = dirname(above)
    )
      rmdirSync(place(above));
  }
  for (const [path, file] of Object.entries(after.files)) {
    const old = before.files[path];
    if (old?.contents === file.contents && old.isExecutable === file.isExecutable && !random.chance(0.1))
      continue;
    mkdirSync(dirname(place(path)), { recursive: true });
    const stamps = old === undefined ? null : statSync(place(path));
    writeFileSync(place(path), file.contents);
    chmodSync(place(path), file.isExecutable ? 0o755 : 0o644);
    if (stamps !== null && random.chance(0.3)) utimesSync(place(path), stamps.atime, stamps.mtime);
  }
  const shuffled = [...after.stages];
  for (let at = shuffled.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [shuffled[at], shuffled[other]] = [shuffled[other]!, shuffled[at]!];
  }
  writePipeline(ground, Object.fromEntries(shuffled.map((stage) => [stage.name, shellStage(stage)])));
}
