import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { seeded } from '../../rig/seeded.ts';
import { root } from '../../rig/sources.ts';
import { counterpart } from '../rig/counterparts.ts';
import { sideBySide } from '../rig/rtl/chains.ts';
import { matrix } from '../rig/rtl/matrices.ts';
import { rtlRig } from '../rig/rtl/simulation.ts';

/** MW, SIMD and PE of matrices of 8 columns. */
const sizes = [
  [3, 3, 4],
  [8, 8, 4],
  [12, 12, 4],
  [12, 6, 4],
] as const;

counterpart('finn', (python) => {
  counterpart('verilator', (verilator) => {
    const { simulate } = rtlRig(python, verilator);
    const graph = sideBySide(
      sizes.map(([MW, SIMD, PE]) => matrix(seeded(1), { MW, SIMD, PE, MH: 8, vectors: 100 })),
    );
    const plan = { images: 3, stalls: [60], seed: 2 };

    test('an MVAU_rtl that multiplies all its inputs at once loses words in FINN’s queue, and only then', async () => {
      const outcomes = await simulate(graph, { ...plan, queue: 'finn' });
      expect(outcomes.map(({ disagreement }) => disagreement?.type ?? null)).toEqual([
        'value',
        'value',
        'value',
        null,
      ]);
    });

    test('it loses none in the deep one', async () => {
      const outcomes = await simulate(graph, { ...plan, queue: 'deep' });
      expect(outcomes.map(({ disagreement }) => disagreement)).toEqual([null, null, null, null]);
      expect(outcomes.map(({ words: { cycles } }) => cycles.length)).toEqual([600, 600, 600, 600]);
    });

    describe('what docs/upstream/mvau-queue.md says', () => {
      const folder = mkdtempSync(join(tmpdir(), 'queue-'));
      afterAll(() => {
        rmSync(folder, { recursive: true });
      });

      test.each([
        ['finn', 'MW 12 SIMD 12: 536 of 600 words left, 533 wrong\n'],
        ['deep', 'MW 12 SIMD 12: 600 of 600 words left, 0 wrong\n'],
      ])('of the queue %s', (queue, said) => {
        const sources = join(folder, queue);
        cpSync(libraryOf(python), sources, { recursive: true });
        writeFileSync(join(folder, 'change.py'), change);
        const changes = join(root, 'templates');
        execFileSync(python, [join(folder, 'change.py'), changes, sources, queue], { cwd: folder });
        const program = join(sources, 'program');
        execFileSync(join(verilator, 'verilator_bin'), [...options, '--Mdir', program, ...files], {
          cwd: join(sources, 'mvu'),
          env: { ...process.env, VERILATOR_ROOT: dirname(verilator) },
          stdio: 'pipe',
        });
        expect(execFileSync(join(program, 'Vtb'), { encoding: 'utf8' }).split('- ')[0]).toBe(said);
      });
    });
  });
});

/** Makes the changes of a queue and those for Verilator to a copy of finn-rtllib. */
const change = `
import sys
from pathlib import Path
templates, library, queue = sys.argv[1:]
sys.path += [f"{templates}/finn", f"{templates}/rtl"]
from library import QUEUES, replace
from sources import VERILATOR
for change in (*VERILATOR, *QUEUES[queue]):
    replace(Path(library), *change)
`;

const options = [
  ...['--binary', '--timing', '--noassert', '--timescale', '1ns/1ps', '-Wno-fatal', '-Wno-lint'],
  ...['-Wno-style', '-CFLAGS', '-fcoroutines', '-MAKEFLAGS', 'OPT_FAST=-O0 VK_PCH_I_FAST= VK_PCH_I_SLOW='],
  ...['-GMW=12', '-GSIMD=12', '--top-module', 'tb'],
];

const files = [
  ...['mvu_pkg.sv', 'add_multi.sv', 'replay_buffer.sv', 'mvu.sv', 'mvu_vvu_8sx9_dsp58.sv', 'mvu_vvu_axi.sv'],
  join(root, 'docs/upstream/mvau-queue.sv'),
];

/** The finn-rtllib of an installed FINN+. */
function libraryOf(python: string): string {
  const question =
    'import importlib.util; print(importlib.util.find_spec("finn").submodule_search_locations[0])';
  const folder = execFileSync(python, ['-c', question], { encoding: 'utf8' }).trim();
  return join(folder, 'finn-rtllib');
}
