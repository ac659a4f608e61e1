import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import type { ServerBuild } from '../rig/boards/server.ts';
import { buildForFuzzing } from '../rig/boards/server.ts';
import { counterpart } from '../rig/counterparts.ts';

counterpart('clang', (compiler) => {
  let build: ServerBuild;
  beforeAll(() => {
    build = buildForFuzzing(compiler);
  }, 600_000);

  test.each([
    ['fuzz-frames', 'corpus'],
    ['fuzz-packages', 'package-corpus'],
  ])('%s finds nothing in a minute that starts from the corpus', async (program, corpus) => {
    const found = mkdtempSync(join(tmpdir(), 'fuzz-'));
    try {
      const settings = [
        '-max_len=4096',
        '-max_total_time=60',
        '-print_final_stats=1',
        `-artifact_prefix=${found}/`,
      ];
      const folders = [found, join('server', 'fuzz', corpus)];
      // It ends with another code than 0, and so throws here, when anything is found.
      const { stderr } = await promisify(execFile)(join(build.folder, program), [...settings, ...folders], {
        maxBuffer: 64 << 20,
      });
      expect(Number(/number_of_executed_units: (\d+)/.exec(stderr)?.[1])).toBeGreaterThan(1000);
      // What it added to the corpus is named by its digest alone.
      expect(readdirSync(found).filter((name) => name.includes('-'))).toEqual([]);
    } finally {
      rmSync(found, { recursive: true });
    }
  });
});
