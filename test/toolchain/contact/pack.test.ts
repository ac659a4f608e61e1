import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepLeft } from '../../../toolchain/contact/keep.ts';
import type { Left } from '../../../toolchain/contact/left.ts';
import { compareFacts, packLeft, readLeft } from '../../../toolchain/contact/pack.ts';
import { sights } from '../../../toolchain/contact/sightings.ts';
import { facts } from '../../rig/facts.ts';
import { projectWith, temporaryFolder } from '../../rig/project.ts';
import { bitfile } from '../../vivado/bitfile.ts';

const about = { board: 'zedboard', part: 'xc7z020clg484-1', version: '2024.2' };
const raw = 'build/out/raw';

/** What a build left, by its paths. */
function left(texts: Readonly<Record<string, string>>, more: Partial<Left> = {}): Left {
  return { ...about, bit: null, texts: new Map(Object.entries(texts)), ...more };
}

it('the rows that a build can show are rows of docs/facts.md', () => {
  expect(Object.keys(sights).filter((row) => !facts.has(row))).toEqual([]);
});

describe('what a build shows', () => {
  const agree = (row: string, given: Left): boolean | null => sights[row]?.(given)?.agrees ?? null;

  it.each([
    ['vivado/version-line', 'versions.txt', 'Vivado v2022.1 (64-bit)\n', 'Vivado 2026\n'],
    ['vivado/timing-report', 'timing.rpt', 'Slack (MET) :  0.1ns\n  Source:  a\n', 'nothing'],
    ['vivado/dates', 'top.hwh', '<EDKSYSTEM TIMESTAMP="now">', '<EDKSYSTEM>'],
  ])('%s by %s', (row, file, good, bad) => {
    expect(agree(row, left({ [`${raw}/${file}`]: good }))).toBe(true);
    expect(agree(row, left({ [`${raw}/${file}`]: bad }))).toBe(false);
    expect(agree(row, left({}))).toBeNull();
  });

  it('of a probe', () => {
    const probe = (text: string): Left => left({ 'probe/out/raw/probe.txt': text });
    const good = probe('part xc7z020clg484-1\nboard avnet.com:zedboard:part0:1.4\ndone\n');
    const bad = probe('part x\nboard em.avnet.com:zed:part0:1.4\nboard odd name\n');
    const rows = ['vivado/get-board-parts', 'board/zedboard-part', 'board/zedboard-board-part'];
    expect(rows.map((row) => agree(row, good))).toEqual([true, true, true]);
    expect(rows.map((row) => agree(row, bad))).toEqual([false, false, false]);
    expect(agree('board/other-parts', good)).toBeNull();
  });

  it('of the logs of runs beside the main log', () => {
    const logs = (main: string, run: string): Left =>
      left({ [`${raw}/vivado.log`]: main, [`${raw}/runs/a_synth_1.log`]: run });
    const read = "INFO: [Synth 8-3876] $readmem data file '/work/memblock.dat' is read successfully";
    const asks = "Attempting to get a license for feature 'Synthesis' and/or device 'xc7z020'";
    const rows = ['vivado/run-logs', 'vivado/read-memory', 'vivado/licence-error'];
    expect(rows.map((row) => agree(row, logs('', `${read}\n${asks}\n`)))).toEqual([true, true, true]);
    expect(rows.map((row) => agree(row, logs(`${read}\n${asks}\n`, '')))).toEqual([false, false, false]);
    expect(agree('vivado/message-limit', logs('', read))).toBeNull();
    const failed = 'ERROR: [DRC UTLZ-1] Resource utilization: RAMB18 over-utilized';
    expect(sights['vivado/over-utilised']?.(logs(failed, ''))).toEqual({ agrees: true, what: failed });
  });

  it('of a bitstream', () => {
    const short = left({}, { bit: bitfile() });
    expect(agree('bitfile/format', short)).toBe(true);
    expect(sights['bitfile/size-7020']?.(short)).toMatchObject({ agrees: false });
    expect(agree('bitfile/format', left({}, { bit: Buffer.from('no bitstream') }))).toBe(false);
    expect(agree('bitfile/size-7020', left({}, { bit: bitfile(), part: 'xczu7ev-ffvc1156-2-e' }))).toBeNull();
  });

  it('of what a part has', () => {
    const report = (lut: number): Left =>
      left({
        'build/project/x.runs/impl_1/top_wrapper_utilization_placed.rpt': `
| Slice LUTs                 | 35630 |     0 |          0 |     ${lut} | 66.97 |
| Block RAM Tile    |   29 |     0 |          0 |       140 | 20.71 |
| DSPs      |    0 |     0 |          0 |       220 |  0.00 |
`,
      });
    expect(agree('board/zynq-7020-resources', report(53_200))).toBe(true);
    expect(sights['board/zynq-7020-resources']?.(report(17_600))).toEqual({
      agrees: false,
      what: '17600, 140, 220 of LUT, block RAM tiles and DSP',
    });
  });

  it('is a verdict for each row', () => {
    const known = {
      'vivado/dates': { mark: 'observed', belief: 'b' },
      'no/sight': { mark: 'guessed', belief: 'c' },
    };
    expect(compareFacts(known, left({ [`${raw}/top.hwh`]: '<x/>' }))).toEqual({
      'vivado/dates': { mark: 'observed', belief: 'b', verdict: 'contradicted', what: 'no TIMESTAMP' },
      'no/sight': { mark: 'guessed', belief: 'c', verdict: 'not seen', what: '' },
    });
  });
});

describe('what is kept of a work directory', () => {
  it('is the raw results and reports, and where there are none, the logs', () => {
    const folder = temporaryFolder();
    const build = projectWith({
      'out/raw/vivado.log': 'log',
      'project/x.runs/impl_1/placed.rpt': 'report',
      'project/x.runs/impl_1/runme.log': 'a copy of it is raw',
      'in/hardware/a.rpt': 'input',
      '.Xilinx/user.log': 'of the user',
    });
    const hardware = projectWith({ 'build/hls/vitis_hls.log': 'hls', 'build/hls/a.v': 'module a' });
    keepLeft(build, join(folder, 'build'));
    keepLeft(hardware, join(folder, 'hardware'));
    expect([...readLeft(folder, about).texts.keys()]).toEqual([
      'build/out/raw/vivado.log',
      'build/project/x.runs/impl_1/placed.rpt',
      'hardware/build/hls/vitis_hls.log',
    ]);
  });

  it('is packed without names, with the beginning of the bitstream', async () => {
    const [directory, folder] = [temporaryFolder(), temporaryFolder()];
    const archive = join(folder, 'a.tar.gz');
    const bit = Buffer.concat([bitfile(), Buffer.alloc(5000)]);
    const given = left({ 'build/ada.log': 'by ada' }, { bit });
    const scrub = (text: string): string => text.replaceAll('ada', 'user');
    const variables = { PATH: process.env['PATH'] };
    expect(await packLeft(given, { by: 'ada' }, scrub, { directory, archive, variables })).toBeNull();
    const out = temporaryFolder();
    execFileSync('tar', ['-xzf', archive, '-C', out]);
    expect(readFileSync(join(out, 'build/user.log'), 'utf8')).toBe('by user');
    expect(JSON.parse(readFileSync(join(out, 'facts.json'), 'utf8'))).toEqual({ by: 'user' });
    expect(readFileSync(join(out, `${raw}/top_wrapper.bit.first4k`))).toEqual(bit.subarray(0, 4096));
  });

  it('that cannot be packed is reported', async () => {
    const archive = join(temporaryFolder(), 'no folder', 'a.tar.gz');
    const directory = temporaryFolder();
    mkdirSync(directory, { recursive: true });
    const variables = { PATH: process.env['PATH'] };
    const wrong = await packLeft(left({}), {}, (text) => text, { directory, archive, variables });
    expect(wrong).toMatchObject({ code: 'doctor/not-packed', message: `${archive} could not be written` });
  });
});
