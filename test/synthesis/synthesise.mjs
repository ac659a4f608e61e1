import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const folder = join(import.meta.dirname, '..', '..', 'test', 'synthesis');

/**
 * What Yosys counts for each configuration, one after the other. FINN's Python generates, and a Python with PyPI's pyosys 0.70
 * synthesises; each takes 3 to 60 s.
 */
export async function* synthesise(configurations, { finn, yosys }) {
  const work = mkdtempSync(join(tmpdir(), 'synthesis-'));
  try {
    await execa(finn, [join(folder, 'generate.py'), work], { input: JSON.stringify(configurations) });
    for (const configuration of configurations) {
      const layer = join(work, configuration.id);
      const { stdout } = await execa(yosys, [join(folder, 'synthesise.py'), layer, configuration.part]);
      yield { ...configuration, yosys: JSON.parse(stdout.split('\n').at(-1)) };
    }
  } finally {
    rmSync(work, { recursive: true });
  }
}
