import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, inject, it } from 'vitest';
import type { Left } from '../../../toolchain/contact/left.ts';
import { sights } from '../../../toolchain/contact/sightings.ts';
import { filesBelow } from '../../../base/files-below.ts';
import { cli } from '../../rig/command.ts';
import { facts } from '../../rig/facts.ts';
import { temporaryFolder, writeIn } from '../../rig/project.ts';
import { root } from '../../rig/sources.ts';
import { counterpart } from '../rig/counterparts.ts';
import { readRows } from '../rig/rows.ts';

const minute = 60_000;

interface Packed {
  readonly isStandIn: boolean;
  readonly outcome: string;
  readonly rows: { readonly [row: string]: { readonly verdict: string; readonly what: string } };
}

/** A folder with stand-ins for the vendor's tools, and the command run there. */
function machine() {
  const folder = temporaryFolder();
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  writeIn(folder, 'deps/finn-hlslib/bnn-library.h', '');
  writeFileSync(join(tools, 'rows'), '');
  for (const name of ['vivado', 'vitis_hls', 'vitis-run', 'lib'])
    symlinkSync(join(root, 'test', 'fake-tools', name), join(tools, name));
  writeIn(
    folder,
    'pipeline.yaml',
    `version: 1
tools: {finn: {python: '${inject('finn').python}', deps: deps}, vivado: {path: [tools]}}
toolchain: {backend: vivado, vivado: 2024.2}
stages: {preprocess: {kind: finn/preprocess, with: {model: none.onnx}}}
`,
  );
  return {
    folder,
    rows: join(tools, 'rows'),
    setFaults: (text: string): void => {
      writeFileSync(join(tools, 'faults'), text);
    },
    synthesise: async () => {
      const env = {
        PATH: process.env['PATH'] ?? '',
        HOME: homedir(),
        XDG_STATE_HOME: folder,
        XILINXD_LICENSE_FILE: '2100@licences.example.org',
      };
      const { exitCode, stdout, stderr } = await execa(process.execPath, [cli, 'doctor', '--synthesise'], {
        ...{ cwd: folder, extendEnv: false, env, reject: false },
      });
      const archive = readdirSync(folder).find((name) => name.endsWith('.tar.gz')) ?? '';
      const packed = temporaryFolder();
      if (archive !== '') execFileSync('tar', ['-xzf', join(folder, archive), '-C', packed]);
      return { code: exitCode, out: `${stdout}\n${stderr}`, archive, packed };
    },
  };
}

const factsIn = (folder: string): Packed =>
  JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')) as Packed;

counterpart('finn', () => {
  counterpart('tcl', () => {
    describe('pipeline doctor --synthesise', () => {
      it(
        'builds the smallest network, compares docs/facts.md and packs what was left',
        { timeout: 2 * minute },
        async () => {
          const { folder, synthesise, rows } = machine();
          readRows(rows);
          const { code, out, archive, packed } = await synthesise();
          expect(code, out).toBe(0);
          expect(archive).toMatch(/^first-contact-zedboard-2024\.2-STAND-IN-\d{8}-\d{4}\.tar\.gz$/);
          expect(out).toContain('STAND-IN, which shows nothing about Vivado: of docs/facts.md ');
          const { isStandIn, outcome, rows: seen } = factsIn(packed);
          expect({ isStandIn, outcome }).toEqual({ isStandIn: true, outcome: 'ok' });
          expect(Object.keys(seen)).toEqual([...facts.keys()]);
          const verdicts = Object.entries(seen).filter(([, { verdict }]) => verdict === 'contradicted');
          // The stand-in writes a short bitstream.
          expect(verdicts.map(([row]) => row)).toEqual(['bitfile/size-7020']);
          expect(seen['dma/addresses']).toMatchObject({
            verdict: 'seen',
            what: 'idma0 0x40000000, odma0 0x40001000',
          });
          expect(seen['vivado/version-line']?.what).toContain('STAND-IN');

          const files = filesBelow(packed, '');
          expect(files).toEqual(
            expect.arrayContaining([
              ...['probe/out/raw/probe.txt', 'build/out/raw/top.hwh', 'build/out/raw/vivado.log'],
              ...['build/out/raw/runs/impl_1.log', 'build/out/raw/top_wrapper.bit.first4k', 'facts.json'],
            ]),
          );
          expect(files.some((file) => /^hardware\/.*vitis_hls\.log$/.test(file))).toBe(true);
          const texts = files.map((file) => readFileSync(join(packed, file), 'utf8')).join('\n');
          for (const name of [folder, hostname(), 'licences.example.org']) expect(texts).not.toContain(name);
        },
      );

      it('packs what a failed build left too', { timeout: 2 * minute }, async () => {
        const { synthesise, setFaults } = machine();
        setFaults('implement over-utilised\n');
        const { code, out, packed } = await synthesise();
        expect(code, out).toBe(1);
        expect(out).toContain('error[implement/over-utilised]');
        const { outcome, rows: seen } = factsIn(packed);
        expect(outcome).toBe('failed');
        expect(seen['vivado/over-utilised']?.verdict).toBe('seen');
      });

      it('builds nothing if something is wrong that can be seen in seconds', async () => {
        const { folder, synthesise, setFaults } = machine();
        setFaults('probe silent\n');
        const { code, out, archive } = await synthesise();
        expect({ code, archive }).toEqual({ code: 1, archive: '' });
        expect(readdirSync(folder).filter((name) => name.startsWith('.first-contact'))).toEqual([]);
        expect(out).toContain('Vivado did not report what it can build for [vivado/no-answer]');
        expect(out).not.toContain('preprocess');
      });
    });
  });
});

counterpart('recorded', (folder) => {
  it('what Vivado 2022.1 left of a FINN design agrees with every row that it shows', () => {
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const bit = Buffer.alloc(4_045_671);
    readFileSync(join(folder, 'finn.bit.first4k')).copy(bit);
    const raw = 'build/out/raw';
    const left: Left = {
      ...{ board: 'pynq-z2', part: 'xc7z020clg400-1', version: '2022.1', bit },
      texts: new Map([
        [`${raw}/top.hwh`, read('finn.hwh')],
        [`${raw}/vivado.log`, read('vivado.log')],
        [`${raw}/versions.txt`, 'Vivado v2022.1 (64-bit)\n'],
        [`${raw}/timing.rpt`, read('timing_summary_postroute_physopted.rpt')],
        [`${raw}/runs/top_StreamingDataflowPartition_1_0_synth_1.log`, read('ip-synth.runme.log')],
        [`${raw}/runs/impl_1.log`, read('impl.runme.log')],
        ['build/project/x.runs/impl_1/top_wrapper_utilization_placed.rpt', read('utilization_placed.rpt')],
      ]),
    };
    const seen = Object.entries(sights).flatMap(([row, sight]) => {
      const sighting = sight(left);
      return sighting === null ? [] : [[row, sighting] as const];
    });
    // Its shell is of an earlier FINN.
    expect(seen.filter(([, { agrees }]) => !agrees).map(([row]) => row)).toEqual(['shell/clock-wizard']);
    expect(seen.map(([row]) => row)).toEqual(
      expect.arrayContaining([
        ...['board/zynq-7020-resources', 'board/port-width', 'dma/control-address-bits', 'dma/addresses'],
        ...['bitfile/format', 'bitfile/size-7020', 'vivado/run-logs', 'vivado/read-memory'],
        ...['vivado/licence-error', 'vivado/message-limit', 'vivado/timing-report', 'vivado/dates'],
      ]),
    );
  });
});
