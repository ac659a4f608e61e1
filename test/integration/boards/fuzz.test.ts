import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ServerBuild } from '../rig/boards/server.ts';
import { buildForFuzzing } from '../rig/boards/server.ts';
import { counterpart } from '../rig/counterparts.ts';

/** Each target, the folder of its corpus, and its longest input; in the later ones a few bytes stand for many. */
const targets = [
  ['fuzz-frames', 'corpus', 300_000],
  ['fuzz-packages', 'package-corpus', 4096],
  ['fuzz-session', 'session-corpus', 4096],
  ['fuzz-line', 'line-corpus', 4096],
] as const;

counterpart('clang', (compiler) => {
  describe('as 64-bit code', () => fuzzTests(compiler, 64));
  counterpart('m32', () => fuzzTests(compiler, 32));
});

function fuzzTests(compiler: string, bits: 32 | 64): void {
  let build: ServerBuild;
  beforeAll(() => {
    build = buildForFuzzing(compiler, bits);
  }, 600_000);

  test.each([...targets, ['fuzz-config', 'config-corpus', 4096] as const])(
    '%s finds nothing in 14 s that start from the corpus',
    async (program, corpus, longest) => {
      const found = mkdtempSync(join(tmpdir(), 'fuzz-'));
      try {
        const settings = [
          `-max_len=${longest}`,
          '-max_total_time=14',
          '-print_final_stats=1',
          `-artifact_prefix=${found}/`,
        ];
        const folders = [found, join('server', 'fuzz', corpus)];
        // It ends with another code than 0, and so throws here, when anything is found.
        const { stderr } = await promisify(execFile)(join(build.folder, program), [...settings, ...folders], {
          maxBuffer: 64 << 20,
        });
        expect(Number(/number_of_executed_units: (\d+)/.exec(stderr)?.[1])).toBeGreaterThan(200);
        // What it added to the corpus is named by its digest alone.
        expect(readdirSync(found).filter((name) => name.includes('-'))).toEqual([]);
      } finally {
        rmSync(found, { recursive: true });
      }
    },
  );
}
