import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crossCheck } from '../../../stages/finn/cross-check/work.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import type { JsonObject } from '../../../base/json.ts';
import { finishEstimate } from '../../../stages/finn/estimate/finish.ts';
import { finishHardware } from '../../../stages/finn/hardware/finish.ts';
import { finishImplement } from '../../../stages/finn/implement/finish.ts';
import { readBitfile } from '../../../vivado/bitfile.ts';
import { unfoldedTfc } from '../../finn/network.ts';
import { temporaryFolder } from '../../rig/project.ts';
import { bitfile } from '../../vivado/bitfile.ts';
import { timingReport, utilizationReport } from '../../vivado/reports.ts';
import { runStage } from '../stage.ts';
import { handoff } from '../../vivado/handoff.ts';

const golden = join(import.meta.dirname, '..', '..', 'golden', 'tfc-w2a2');
const dataflow = readFileSync(join(golden, 'dataflow.onnx'));
const target = { board: 'zedboard', part: 'xc7z020clg484-1', clockMHz: 100 };
const submodel = JSON.stringify({
  id: 'a'.repeat(64),
  input: { shape: [1, 784], datatype: 'INT2', folded: [1, 49, 16] },
  output: { shape: [1, 64], datatype: 'INT2', folded: [1, 4, 16] },
  cycles: { perNode: { MVAU_hls_0: 196 }, max: 196, total: 196 },
});

/** The output of Vivado on success. */
const left = {
  'in/hardware/submodel.json': submodel,
  'in/hardware/versions.json': '{"finn": "1.6.1"}',
  'out/raw/top_wrapper.bit': bitfile(),
  // What the clock wizard makes of the clock that it is asked for.
  'out/raw/top.hwh': handoff(undefined, { clock: '99.99900' }),
  'out/raw/synth_report.xml': utilizationReport,
  'out/raw/timing.rpt': timingReport(0.318),
  'out/raw/vivado.log': 'INFO: [Common 17-206] Exiting Vivado\n',
  'out/raw/versions.txt': 'vivado v2024.2 (64-bit)\n',
};

/** Runs the finisher of implement over Vivado's output with changes; null leaves a file out. */
async function implement(changes: { readonly [path: string]: string | Buffer | null } = {}, exitCode = 0) {
  const all: typeof changes = { ...left, ...changes };
  const files = Object.entries(all).flatMap(([path, contents]) =>
    contents === null ? [] : [[join('..', path), contents] as const],
  );
  return runStage(finishImplement, temporaryFolder(), Object.fromEntries(files), {
    params: { target },
    exitCode,
  });
}

describe('finishing implement', () => {
  it('makes a bitstream that package accepts, without dates, and reports', async () => {
    const { result, out } = await implement();
    expect(result).toMatchObject({
      ok: true,
      emulated: false,
      summary: '8200 LUT, 25 BRAM18, 4 DSP; slack 0.021 ns at 99.999 MHz',
    });
    const read = (path: string) => readFileSync(join(out, path));
    expect(JSON.parse(String(read('bitstreams/bitstream.json')))).toMatchObject({
      emulated: false,
      submodel: 'a'.repeat(64),
      part: target.part,
      versions: { finn: '1.6.1', vivado: 'vivado v2024.2 (64-bit)' },
      resources: { LUT: 8200 },
      clock: { fclk0MHz: 100, acceleratorMHz: 99.999 },
    });
    expect(readBitfile(read('bitstreams/finn-accel.bit')).date).toBe('0000/00/00');
    expect(String(read('bitstreams/finn-accel.hwh'))).toContain('TIMESTAMP=""');
    expect(JSON.parse(String(read('report/implementation.json')))).toMatchObject({
      timing: { setup: 0.318 },
      utilization: { BRAM_18K: 25 },
    });
  });

  it('names stand-ins as such, and marks their output', async () => {
    const { result, out } = await implement({
      'out/raw/versions.txt': 'vivado v2024.2 (64-bit) STAND-IN\n',
    });
    expect(result).toMatchObject({
      emulated: true,
      summary: expect.stringMatching(/^STAND-IN: /) as string,
    });
    const bitstream = readFileSync(join(out, 'bitstreams', 'bitstream.json'), 'utf8');
    expect(JSON.parse(bitstream)).toMatchObject({ emulated: true });
  });

  const runFailed = "ERROR: [Common 17-69] Command failed: Run 'impl_1' failed. Unable to open";
  const tooLarge =
    'ERROR: [DRC UTLZ-1] Resource utilization: Slice LUTs over-utilized in Top Level Design (This design requires more Slice LUTs cells than are available in the target device. This design requires 62628 of such cell types but only 53200 compatible sites are available in the target device.)';
  const notPacked =
    'ERROR: [Place 30-487] The packing of instances into the device could not be obeyed. There are a total of 13300 slices in the device, of which 9469 slices are available, however, the unplaced instances require 9761 slices.';
  const licence = "ERROR: [Common 17-345] A valid license was not found for feature 'Synthesis'.";
  it.each<[string, Parameters<typeof implement>[0], number, string, RegExp]>([
    ['no licence', { 'out/raw/vivado.log': licence }, 1, 'vivado/no-licence', /Common 17-345/],
    [
      'no licence, since all are in use',
      {
        'out/raw/vivado.log': `WARNING: [Common 17-348] Licensed number of users already reached.\n${licence}`,
      },
      1,
      'vivado/licences-in-use',
      /already reached/,
    ],
    [
      'no licence for the synthesis of an IP',
      { 'out/raw/runs/top_a_0_synth_1.log': licence, 'out/raw/vivado.log': runFailed },
      1,
      'vivado/no-licence',
      /Common 17-345/,
    ],
    [
      'an error in the log',
      { 'out/raw/vivado.log': 'ERROR: [Route 35-9] some nets cannot be routed' },
      1,
      'implement/failed',
      /Route 35-9/,
    ],
    [
      'an error in the log of a run, which it names',
      {
        'out/raw/runs/top_a_0_synth_1.log': 'ERROR: [Synth 8-439] module x not found',
        'out/raw/vivado.log': runFailed,
      },
      1,
      'implement/failed',
      /top_a_0_synth_1: ERROR: \[Synth 8-439\]/,
    ],
    [
      'a design that does not fit, with the amounts',
      { 'out/raw/runs/impl_1.log': tooLarge, 'out/raw/vivado.log': runFailed },
      1,
      'implement/over-utilised',
      /it needs 62628 of 53200 Slice LUTs.*lower the limits of the split/,
    ],
    [
      'cells that cannot be packed',
      { 'out/raw/vivado.log': notPacked },
      1,
      'implement/not-packed',
      /9761 more slices, and 9469 are left/,
    ],
    ['a killed Vivado', { 'out/raw/exit-code.txt': '137\n' }, 1, 'vivado/out-of-memory', /-j 1/],
    [
      'a killed run',
      {
        'out/raw/runs/top_a_0_synth_1.log':
          'rdiArgs.sh: line 309: 3801495 Killed                  "$RDI_PROG" "$@"',
      },
      1,
      'vivado/out-of-memory',
      /RDI_PROG/,
    ],
    [
      'a Vivado that ended with -1, which no signal does',
      { 'out/raw/exit-code.txt': '255\n', 'out/raw/vivado.log': 'ERROR: [Route 35-9] no route' },
      1,
      'implement/failed',
      /Route 35-9/,
    ],
    ['a crash', { 'out/raw/exit-code.txt': '139\n' }, 1, 'implement/crashed', /signal 11/],
    [
      'a full disk',
      { 'out/raw/free-kilobytes.txt': '120\n' },
      1,
      'vivado/disk-full',
      /122880 bytes were free/,
    ],
    [
      'a board part that is gone',
      {
        'out/raw/vivado.log': 'ERROR: [Board 49-71] The board_part definition was not found for a:b:part0:1',
      },
      1,
      'vivado/no-board-part',
      /Board Store/,
    ],
    [
      'IP that is missing',
      {
        'out/raw/vivado.log':
          'ERROR: [BD 5-390] IP definition not found for VLNV: xilinx.com:hls:Pool_hls_1:1.0',
      },
      1,
      'vivado/missing-ip',
      /Pool_hls_1/,
    ],
    ['no bitstream', { 'out/raw/top_wrapper.bit': null }, 0, 'implement/no-bitstream', /top_wrapper\.bit/],
    [
      'no bitstream, and an error in the log',
      { 'out/raw/top_wrapper.bit': null, 'out/raw/vivado.log': 'ERROR: [Route 35-7] no route' },
      0,
      'implement/failed',
      /Route 35-7/,
    ],
    [
      'memories without contents, which only the log of a run reports',
      {
        'out/raw/runs/top_a_0_synth_1.log':
          "CRITICAL WARNING: [Synth 8-4445] could not open $readmem data file 'memblock.dat'",
      },
      0,
      'implement/empty-memories',
      /memblock\.dat/,
    ],
    [
      'an error of Tcl itself',
      { 'out/raw/vivado.log': 'can\'t read "ZYNQ_TYPE": no such variable' },
      1,
      'implement/failed',
      /ZYNQ_TYPE/,
    ],
    ['no handoff', { 'out/raw/top.hwh': null }, 0, 'implement/no-handoff', /top\.hwh/],
    ['no utilization', { 'out/raw/synth_report.xml': null }, 0, 'implement/no-report', /synth_report/],
    ['no timing', { 'out/raw/timing.rpt': null }, 0, 'implement/no-report', /timing/],
    [
      'missed timing',
      { 'out/raw/timing.rpt': timingReport(-0.412) },
      0,
      'implement/timing-missed',
      /0\.412 ns/,
    ],
    [
      'half a bitstream',
      { 'out/raw/top_wrapper.bit': bitfile().subarray(0, 60) },
      0,
      'vivado/bad-bitfile',
      /ends/,
    ],
    [
      'another part',
      { 'out/raw/top_wrapper.bit': bitfile({ part: '7z010clg400' }) },
      0,
      'implement/wrong-part',
      /7z010clg400/,
    ],
  ])('refuses %s', async (_, changes, exitCode, code, words) => {
    const { result } = await implement(changes, exitCode);
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code }] });
    expect(JSON.stringify(result)).toMatch(words);
  });

  it('names the worst path of a design that misses its clock, unless that path meets it', async () => {
    const pathOf = (slack: string) =>
      `Slack (X) :  ${slack}ns\n  Source:      a/C\n  Destination: b/D\n  Path Type:   Setup (Max)\n`;
    const detailOf = async (slack: string, state: string) => {
      const timing = `${timingReport(0.067).replace('3.750', '-0.100')}${pathOf(slack).replace('X', state)}`;
      const { result } = await implement({ 'out/raw/timing.rpt': timing });
      return result.ok ? null : result.diagnostics[0]?.detail;
    };
    expect(await detailOf('-0.100', 'VIOLATED')).toMatch(/^worst path: slack -0\.100 ns/);
    expect(await detailOf('0.067', 'MET')).toBeUndefined();
  });

  it('leaves the figures of a build that failed', async () => {
    const figures = async (changes: Parameters<typeof implement>[0]) =>
      JSON.parse(
        readFileSync(join((await implement(changes)).out, 'report', 'implementation.json'), 'utf8'),
      ) as unknown;
    expect(await figures({ 'out/raw/timing.rpt': timingReport(-0.412) })).toMatchObject({
      utilization: { LUT: 8200 },
      timing: { setup: -0.412 },
    });
    expect(
      await figures({ 'out/raw/top_wrapper.bit': null, 'out/raw/runs/impl_1.log': tooLarge }),
    ).toMatchObject({
      utilization: null,
      overuse: [{ what: 'Slice LUTs', needed: 62628, available: 53200 }],
    });
  });

  it('warns of memory files that synthesis does not report to have read', async () => {
    const read = (file: string) =>
      `INFO: [Synth 8-3876] $readmem data file '/w/hardware/${file}' is read successfully [a.v:1]\n`;
    const { result } = await implement({
      'in/hardware/ip/a.dat': '0',
      'in/hardware/ip/b.dat': '0',
      // The copies in the IP of the stitched design, which Vivado never reads.
      'in/hardware/stitched/src/layer/b.dat': '0',
      'out/raw/runs/top_a_0_synth_1.log': read('ip/b.dat'),
    });
    expect(result).toMatchObject({
      ok: true,
      warnings: [
        {
          code: 'implement/unread-memories',
          message: 'synthesis did not report to have read 1 of 2 files of memory contents',
          detail: 'ip/a.dat',
        },
      ],
    });
  });

  it("passes on the script's own message", async () => {
    const outcome = { ok: false, code: 'vivado/wrong-version', message: 'it is 2023.1', hint: 'say so' };
    const { result } = await implement(
      { 'out/outcome.json': JSON.stringify(outcome), 'out/raw/vivado.log': null },
      1,
    );
    const { ok: _, ...said } = outcome;
    expect(result).toEqual({ ok: false, diagnostics: [{ severity: 'error', ...said }] });
  });

  it('reports an unexplained failure by the exit code', async () => {
    const { result } = await implement({ 'out/raw/vivado.log': null }, 1);
    expect(result).toEqual({ ok: true });
  });
});

describe('finishing hardware', () => {
  it("adds the description of the submodel and FINN's version, and counts the layers", async () => {
    const { result, out } = await runStage(
      finishHardware,
      temporaryFolder(),
      {
        'submodel/submodel.json': submodel,
        '../out/hardware/ip_config.tcl': '# project',
        '../out/report/hls.json': '{"hls": 5, "rtl": 3}',
        '../out/outcome.json': '{"ok": true, "versions": {"finn-plus": "1.6.1", "vivado": "2024.2"}}',
      },
      { exitCode: 0 },
    );
    expect(result).toMatchObject({ ok: true, summary: 'IP of 5 HLS and 3 RTL layers' });
    expect(readFileSync(join(out, 'hardware', 'submodel.json'), 'utf8')).toBe(submodel);
    const versions = readFileSync(join(out, 'hardware', 'versions.json'), 'utf8');
    expect(JSON.parse(versions)).toEqual({ finn: '1.6.1' });
  });
});

describe('finishing estimate', () => {
  it("keeps FINN's reports and its graph in normal form, without written defaults", async () => {
    const names = [
      ...['estimate_layer_config_alternatives', 'estimate_layer_cycles', 'estimate_layer_resources'],
      ...['estimate_network_performance', 'op_and_param_counts'],
    ];
    const reports = names.map(
      (name) =>
        [`../out/raw/report/${name}.json`, readFileSync(join(golden, `${name}.json`), 'utf8')] as const,
    );
    const unfolded = unfoldedTfc();
    const run = (raw: Uint8Array, changed: { readonly [path: string]: string } = {}) =>
      runStage(
        finishEstimate,
        temporaryFolder(),
        {
          'model/dataflow.onnx': writeHardwareGraph(unfolded),
          '../out/raw/dataflow.onnx': raw,
          ...Object.fromEntries(reports),
          ...changed,
        },
        { params: { target }, exitCode: 0 },
      );
    const folded = readHardwareGraph(dataflow);
    const withDefault = folded.nodes.map((node) =>
      node.opType === 'MVAU_hls'
        ? { ...node, attributes: { ...node.attributes, runtime_writeable_weights: 0 } }
        : node,
    );
    const first = await run(dataflow);
    const second = await run(writeHardwareGraph({ ...folded, nodes: withDefault }));
    expect(first.result).toMatchObject({ ok: true, summary: expect.stringContaining('by FINN') as string });
    expect(JSON.stringify(first.result)).not.toContain('fold/estimate-differs');
    const resources = JSON.parse(reports[2]![1]) as {
      readonly [layer: string]: { readonly BRAM_18K: number };
    };
    const other = { ...resources, MVAU_hls_0: { ...resources['MVAU_hls_0'], BRAM_18K: 3 } };
    const third = await run(dataflow, { [reports[2]![0]]: JSON.stringify(other) });
    expect(third.result).toMatchObject({
      warnings: expect.arrayContaining([
        expect.objectContaining({
          code: 'fold/estimate-differs',
          message: `FINN estimates 3 BRAM_18K for MVAU_hls_0, finn-pipeline ${resources['MVAU_hls_0']!.BRAM_18K}`,
        }),
      ]) as unknown,
    });
    expect(JSON.parse(readFileSync(join(first.out, 'report', `${names[2]!}.json`), 'utf8'))).toEqual(
      JSON.parse(reports[2]![1]),
    );
    expect(readFileSync(join(first.out, 'model', 'dataflow.onnx'))).toEqual(
      readFileSync(join(second.out, 'model', 'dataflow.onnx')),
    );
  });
});

describe('a folding that FINN refuses', () => {
  const refusedBy = async (folding: JsonObject, outcome: object) => {
    const files = {
      'model/dataflow.onnx': writeHardwareGraph(unfoldedTfc()),
      '../out/outcome.json': JSON.stringify({ ok: false, ...outcome }),
    };
    const { result } = await runStage(finishEstimate, temporaryFolder(), files, {
      params: { target, folding },
      exitCode: 1,
    });
    return result.ok ? [] : result.diagnostics.map(({ code, message, at }) => ({ code, message, at }));
  };
  const outcome = { code: 'finn/job-failed', message: "unhashable type: 'list'" };

  it('is explained as by the embedded front end', async () => {
    expect(await refusedBy({ StreamingFCLayer_Batch_0: { PE: 16 } }, outcome)).toEqual([
      {
        code: 'fold/older-finn',
        message: 'the folding was written for an older FINN; today StreamingFCLayer_Batch_0 is MVAU_hls_0',
        at: ['folding', 'StreamingFCLayer_Batch_0'],
      },
    ]);
  });

  it("is refused in FINN's words if we find nothing", async () => {
    expect(await refusedBy({ MVAU_hls_0: { PE: 16 } }, outcome)).toEqual([outcome]);
  });

  it('does not hide another failure', async () => {
    const other = { code: 'finn/wrong-version', message: 'FINN+ 1.6.1 is wanted' };
    expect(await refusedBy({ MVAU_0: { PE: 16 } }, other)).toEqual([other]);
  });
});

describe('the cross-check', () => {
  const compare = (finns: Uint8Array) =>
    runStage(crossCheck, temporaryFolder(), { 'ours/dataflow.onnx': dataflow, 'finns/dataflow.onnx': finns });

  it('accepts equal graphs', async () => {
    expect((await compare(dataflow)).result).toEqual({ ok: true, summary: '7 nodes, the same as in FINN' });
  });

  it('names the first node and attribute that differ', async () => {
    const text = Buffer.from(dataflow).toString('latin1').replaceAll('INT11', 'INT13');
    const { result } = await compare(Buffer.from(text, 'latin1'));
    expect(result).toMatchObject({
      ok: false,
      diagnostics: [
        {
          code: 'cross-check/different',
          message: expect.stringMatching(/^MVAU_hls_0: .* is INT11 .* but INT13 in FINN$/) as string,
        },
      ],
    });
  });
});
