import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildForFuzzing, type ServerBuild } from './board_server.ts';
import { counterpart } from './counterparts.ts';

counterpart('clang', (compiler) => {
  let build: ServerBuild;
  beforeAll(() => {
    build = buildForFuzzing(compiler);
  }, 600_000);

  test.each([
    ['fuzz-frames', 'corpus'],
    ['fuzz-packages', 'package-corpus'],
  ])('%s finds nothing in a minute that starts from the corpus', (program, corpus) => {
    const found = mkdtempSync(join(tmpdir(), 'fuzz-'));
    try {
      const settings = [
        '-max_len=4096',
        '-max_total_time=60',
        '-print_final_stats=1',
        `-artifact_prefix=${found}/`,
      ];
      const folders = [found, join('boards', 'server', 'fuzz', corpus)];
      // It ends with another code than 0, and so throws here, when anything is found.
      const output = execFileSync(
        'sh',
        ['-c', '"$0" "$@" 2>&1', join(build.folder, program), ...settings, ...folders],
        {
          encoding: 'utf8',
        },
      );
      expect(Number(/number_of_executed_units: (\d+)/.exec(output)?.[1])).toBeGreaterThan(1000);
    } finally {
      rmSync(found, { recursive: true });
    }
  });
});
