import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boardType, platformOf } from '../../boards/data.ts';
import { split } from '../../stages/split/work.ts';
import { readModel } from '../../onnx/read.ts';
import { writeModel } from '../../onnx/write.ts';
import { runStage } from '../stages/stage.ts';
import { endingInArgMax } from '../finn/lower/ending-in-argmax.ts';
import { examples, golden, readJson } from '../finn/network.ts';
import { counterpart } from './counterparts.ts';
import type { Job, JobResult } from './templates-job.ts';
import { callsOf, filesOf, livingInGroup, workshop } from './templates-job.ts';

const tfc = join(examples, 'tfc-w2a2');
const folding = readJson<object>(join(tfc, 'folding.json'));
const network = { 'model/model.onnx': { copy: join(tfc, 'model.onnx') } };
const preprocessing = {
  part: 'xc7z020clg484-1',
  preset: 'default',
  steps: null,
  specialize: readJson<object>(join(tfc, 'specialize.json')),
  standalone_thresholds: false,
};
const untilPartition = [
  'step_qonnx_to_finn',
  'step_tidy_up',
  'step_argmax_to_topk',
  'step_streamline',
  'step_convert_to_hw',
  'step_minimize_bit_width_initial',
  'step_create_dataflow_partition',
  'step_specialize_layers',
];

function targetOn(board: string, clockMHz = 100) {
  return { board, part: boardType(board).part, clockMHz };
}

counterpart('finn', (python) => {
  counterpart('tcl', () => {
    const root = mkdtempSync(join(tmpdir(), 'templates-'));
    const { run, start, end, tools } = workshop(root, python);
    let preprocessed: JobResult;
    let folded: JobResult;
    /** A piece with RTL and HLS layers, and one that is a single HLS layer. */
    let mixed: string;
    let small: string;
    let smallProject: JobResult;

    const preprocess = (changes: object, inputs: Job['inputs'] = {}) =>
      run({
        template: 'finn/preprocess.py',
        params: { ...preprocessing, ...changes },
        inputs: { ...network, ...inputs },
      });
    const estimate = (changes: object) =>
      run({
        template: 'finn/estimate.py',
        params: { folding, target_fps: null, target: targetOn('zedboard'), ...changes },
        inputs: { 'model/dataflow.onnx': { copy: join(preprocessed.out, 'raw/dataflow.onnx') } },
      });
    const hardwareOf = (submodel: string, board = 'zedboard', clockMHz = 100): Job => ({
      template: 'finn/hardware.py',
      params: { target: targetOn(board, clockMHz), platform: platformOf(boardType(board)) },
      inputs: { submodel: { copy: submodel } },
    });
    const implementationOf = (hardware: JobResult): Job => ({
      template: 'vivado/implement.sh',
      inputs: { hardware: { copy: join(hardware.out, 'hardware') } },
    });

    beforeAll(async () => {
      preprocessed = await preprocess({});
      folded = await estimate({});
      const params = {
        strategy: 'manual',
        cuts: [{ after: 'MVAU_hls_0' }, { after: 'MVAU_hls_3' }],
        boards: [],
      };
      const { out } = await runStage(
        split,
        join(root, 'split'),
        { 'model/dataflow.onnx': readFileSync(join(folded.out, 'raw/dataflow.onnx')) },
        { params: { ...params, target: targetOn('zedboard') } },
      );
      const rows = readJson<readonly { id: string }[]>(join(out, 'submodels', 'manifest.json'));
      [mixed, , small] = rows.map(({ id }) => join(out, 'submodels', id)) as [string, string, string];
      smallProject = await run({ ...hardwareOf(small), tools: tools() });
    }, 120_000);
    afterAll(() => {
      end();
      rmSync(root, { recursive: true });
    });

    test('from the network to FINN’s estimates', () => {
      expect(preprocessed.outcome).toEqual({
        ok: true,
        versions: { 'finn-plus': '1.6.1', qonnx: '1.0.0' },
        warnings: [],
      });
      expect(preprocessed.log).toContain('step_streamline (4 of 8)\n');
      expect(folded.outcome).toEqual({
        ok: true,
        versions: { 'finn-plus': '1.6.1', qonnx: '1.0.0' },
        warnings: [],
      });
      const reports = filesOf(join(folded.out, 'raw/report'));
      expect(Object.keys(reports)).toHaveLength(5);
      for (const [name, contents] of Object.entries(reports))
        expect(JSON.parse(contents), name).toEqual(readJson(join(golden, 'tfc-w2a2', name)));
    });

    describe.concurrent('preprocess', () => {
      test('gives the same bytes in another folder, and takes a step of the user’s', async () => {
        const module = 'def step_nothing(model, cfg):\n    print("for", cfg.fpga_part)\n    return model\n';
        const again = await preprocess(
          { steps: [...untilPartition, 'step_nothing'] },
          { 'module/steps.py': Buffer.from(module) },
        );
        expect(again.outcome).toMatchObject({ ok: true });
        expect(again.log).toContain('step_nothing (9 of 9)\nfor xc7z020clg484-1\n');
        expect(filesOf(join(again.out, 'raw'))).toEqual(filesOf(join(preprocessed.out, 'raw')));
      });

      test('an unknown step is refused with the nearest one', async () => {
        expect(await preprocess({ steps: ['step_tidy_up', 'step_streamlin'] })).toMatchObject({
          exitCode: 1,
          outcome: {
            code: 'finn/unknown-step',
            message: 'there is no step "step_streamlin"',
            hint: 'did you mean step_streamline?',
            at: ['finn', 'steps', 1],
          },
        });
      });

      test('an ArgMax that no TopK stands for is refused as the embedded front end does', async () => {
        const tfcModel = readModel(readFileSync(join(tfc, 'model.onnx')));
        const otherAxis = writeModel(endingInArgMax(tfcModel, { axis: 0 })!);
        const { outcome } = await preprocess({}, { 'model/model.onnx': otherAxis });
        expect(outcome).toEqual({
          ok: false,
          code: 'lower/unsupported-op',
          message: 'ArgMax_0 (ArgMax) works along axis 0',
          hint: 'use the last axis',
        });
      });

      test('a module of steps that cannot be imported', async () => {
        const { outcome } = await preprocess(
          {},
          { 'module/steps.py': Buffer.from('import nowhere_to_be_found\n') },
        );
        expect(outcome).toMatchObject({ ok: false, code: 'finn/bad-step-module' });
        expect(outcome!.message).toContain("No module named 'nowhere_to_be_found'");
        expect(outcome!.detail).toContain('steps.py", line 1');
      });

      test('a step that fails is named, with the end of its traceback', async () => {
        const module = 'def step_broken(model, cfg):\n    raise ValueError("no good")\n';
        const { outcome } = await preprocess(
          { steps: ['step_broken'] },
          { 'module/steps.py': Buffer.from(module) },
        );
        expect(outcome).toMatchObject({ code: 'finn/step-failed', message: 'step_broken: no good' });
        expect(outcome!.detail).toContain('ValueError: no good');
      });

      test('a network without hardware layers names what stays outside', async () => {
        const { outcome } = await preprocess({
          steps: untilPartition.filter((name) => name !== 'step_convert_to_hw'),
        });
        expect(outcome).toMatchObject({ ok: false, code: 'finn/no-partition' });
        expect(outcome!.message).toMatch(/outside stay .*MatMul_0 \(MatMul\)/);
      });

      test('a layer to specialise that is not there', async () => {
        const specialize = { MVAU_17: { preferred_impl_style: 'rtl' } };
        expect((await preprocess({ specialize })).outcome).toMatchObject({
          code: 'specialize/unknown-layer',
          at: ['specialize', 'MVAU_17'],
        });
      });
    });

    describe.concurrent('estimate', () => {
      test('folds for frames a second as FINN does', async () => {
        const { outcome, out } = await estimate({ folding: null, target_fps: 100_000 });
        expect(outcome).toMatchObject({ ok: true });
        const found = filesOf(join(out, 'raw/report'));
        const kept = filesOf(join(golden, 'tfc-fps1e5'));
        for (const name of ['estimate_layer_cycles.json', 'estimate_layer_resources.json'])
          expect(JSON.parse(found[name]!), name).toEqual(JSON.parse(kept[name]!));

        expect(readJson(join(out, 'raw/folding.json'))).toEqual(
          JSON.parse(kept['auto_folding_config.json']!),
        );
      });

      test('refuses a rate for which FINN folds what it cannot build, as the embedded front end does', async () => {
        const { exitCode, outcome } = await estimate({ folding: null, target_fps: 1_000_000 });
        expect(exitCode).toBe(1);
        expect(outcome).toEqual({
          ok: false,
          code: 'fold/rate-illegal',
          message:
            'for this rate FINN folds Reshape_rtl_0 with PE 8, which does not divide all that it reads and writes: FINN estimates that, and fails when it builds',
          hint: 'ask for 892857 img/s or less, or give a folding file with PE 14',
          at: ['target_fps'],
        });
        expect((await estimate({ folding: null, target_fps: 892_857 })).outcome).toMatchObject({ ok: true });
      });

      test('gives the same bytes in another folder', async () => {
        const again = await estimate({});
        expect(filesOf(join(again.out, 'raw'))).toEqual(filesOf(join(folded.out, 'raw')));
      });

      test.for([
        [{ MVAU_hls_00: { PE: 1 } }, 'fold/unknown-layer', ['folding', 'MVAU_hls_00']],
        [{ MVAU_hls_0: { PEE: 1 } }, 'fold/unknown-attribute', ['folding', 'MVAU_hls_0', 'PEE']],
        [{ MVAU_hls_0: { PE: 7 } }, 'fold/illegal-value', ['folding', 'MVAU_hls_0', 'PE']],
        [
          { MVAU_hls_0: { mem_mode: 'nowhere' } },
          'fold/illegal-value',
          ['folding', 'MVAU_hls_0', 'mem_mode'],
        ],
      ] as const)('refuses the folding %j', async ([wrong, code, at]) => {
        const { outcome } = await estimate({ folding: wrong });
        expect(outcome).toMatchObject({ ok: false, code, at });
        expect(outcome!.message).toContain(at[1]);
      });
    });

    describe.concurrent('hardware and implement', () => {
      test('to a bitstream, with the same project in another folder', async () => {
        const programs = tools();
        const hardware = await run({ ...hardwareOf(mixed), tools: programs });
        expect(hardware.outcome).toMatchObject({
          ok: true,
          versions: { vivado: 'vivado v2024.2 (64-bit) STAND-IN' },
        });
        expect([...callsOf(programs)].sort()).toEqual([
          'vitis_hls hls MVAU_hls_0',
          'vitis_hls hls StreamingDataflowPartition_0_IODMA_hls_0',
          'vitis_hls hls StreamingDataflowPartition_2_IODMA_hls_0',
          'vivado stitch StreamingDataflowPartition_0',
          'vivado stitch StreamingDataflowPartition_1',
          'vivado stitch StreamingDataflowPartition_2',
          'vivado version 2024.2',
        ]);
        expect(readJson(join(hardware.out, 'report/hls.json'))).toEqual({ hls: 1, rtl: 2 });
        expect(readJson(join(hardware.out, 'report/estimate_layer_resources_hls.json'))).toHaveProperty(
          'MVAU_hls_0.LUT',
        );

        const again = await run({ ...hardwareOf(mixed), tools: tools() });
        const project = filesOf(join(hardware.out, 'hardware'));
        expect(filesOf(join(again.out, 'hardware'))).toEqual(project);
        expect(Object.keys(project).filter((path) => /\.(log|jou|zip|bak)$/.test(path))).toEqual([]);
        for (const [path, contents] of Object.entries(project))
          expect(contents.includes(root) || contents.includes('site-packages'), path).toBe(false);

        const options = { SYNTHESIS_STRATEGY: 'Flow_PerfOptimized_high', VIVADO_JOBS: '3' };
        const made = await run({ ...implementationOf(again), tools: tools(), environment: options });
        expect(made).toMatchObject({ exitCode: 0, outcome: null });
        expect(made.log).toContain('strategy Flow_PerfOptimized_high for synth_1');
        expect(made.log).toContain('write_bitstream done with 3 jobs');
        const raw = filesOf(join(made.out, 'raw'));
        expect(Object.keys(raw)).toEqual([
          'exit-code.txt',
          'synth_report.xml',
          'timing.rpt',
          'top.hwh',
          'top_wrapper.bit',
          'versions.txt',
          'vivado.log',
        ]);
        expect(raw['exit-code.txt']).toBe('0\n');
        expect(raw['versions.txt']).toBe('vivado v2024.2 (64-bit) STAND-IN\n');
        expect(raw['top_wrapper.bit']).toContain('top_wrapper;UserID=0XFFFFFFFF;Version=2024.2;STAND-IN=1\0');
        expect(raw['top.hwh']).toMatch(/BASEVALUE="0x40000000" .*INSTANCE="idma0" .*MEMTYPE="REGISTER"/);
        expect(raw['top.hwh']).toMatch(/BASEVALUE="0x40001000" .*INSTANCE="odma0" .*MEMTYPE="REGISTER"/);
        expect(raw['top.hwh']).toContain('NAME="CLKOUT1_REQUESTED_OUT_FREQ" VALUE="100"');
        expect(raw['synth_report.xml']).toContain('contents="      StreamingDataflowPartition_1_MVAU_hls_0"');

        const moved = await run({ ...implementationOf(hardware), tools: tools() });
        const second = filesOf(join(moved.out, 'raw'));
        for (const name of ['synth_report.xml', 'timing.rpt']) expect(second[name]).toBe(raw[name]);
      });

      test('board, clock and version reach the bitstream', async () => {
        const cases = [
          { board: 'pynq-z1', clock: 150, version: '2024.2', base: '0x40000000' },
          { board: 'zcu104', clock: 200, version: '2025.1', base: '0xA0000000' },
          // From the nearest period FINN would make 142 MHz.
          { board: 'kv260', clock: 143, version: '2024.1', base: '0xA0000000' },
        ];
        await Promise.all(
          cases.map(async ({ board, clock, version, base }) => {
            // As Vivado has it; FINN waits some seconds for the other place first.
            const programs = tools({ version, faults: 'stitch Partition_1 gen\n' });
            const environment = { VIVADO_VERSION: version, BOARD_FILES: boardFilesIn(root) };
            const hardware = await run({ ...hardwareOf(small, board, clock), tools: programs, environment });
            expect(hardware.outcome, board).toMatchObject({ ok: true });
            const script = readFileSync(join(hardware.out, 'hardware/ip_config.tcl'), 'utf8');
            expect(script).toContain(`\nset FREQ_MHZ ${clock}\n`);
            const tool = version === '2025.1' ? 'vitis-run' : 'vitis_hls';
            expect(callsOf(programs)).toContain(`${tool} hls LabelSelect_hls_0`);
            const made = await run({ ...implementationOf(hardware), tools: programs, environment });
            expect(made.exitCode, made.log).toBe(0);
            const handoff = readFileSync(join(made.out, 'raw/top.hwh'), 'utf8');
            expect(handoff).toContain(`NAME="CLKOUT1_REQUESTED_OUT_FREQ" VALUE="${clock}"`);
            expect(handoff).toContain(`BASEVALUE="${base}"`);
            expect(handoff).toContain(`BOARD="${boardType(board).boardPart}"`);
            if (board !== 'pynq-z1') return;
            const without = { VIVADO_VERSION: version };
            const lost = await run({ ...implementationOf(hardware), tools: programs, environment: without });
            expect(lost).toMatchObject({ exitCode: 1, outcome: null });
            expect(lost.log).toContain('ERROR: [Board 49-71]');
          }),
        );
      });

      test.for([
        ['hls exit', 'hls/failed', 'HLS of LabelSelect_hls_0 failed (exit code 1)', 'is asked to'],
        [
          'hls Partition_0 crash',
          'hls/failed',
          'HLS of StreamingDataflowPartition_0_IODMA_hls_0 failed (signal 11)',
          '',
        ],
        [
          'hls Label silent',
          'hls/no-output',
          'HLS of LabelSelect_hls_0 ended well, but made no IP',
          'STAND-IN',
        ],
        ['hls no-licence', 'vivado/no-licence', 'HLS of LabelSelect_hls_0 failed', '[Common 17-345]'],
        [
          'stitch Partition_1 exit',
          'stitch/failed',
          'stitching StreamingDataflowPartition_1 failed',
          'is asked to',
        ],
        [
          'stitch Partition_2 silent',
          'stitch/failed',
          'stitching StreamingDataflowPartition_2 failed',
          'STAND-IN',
        ],
        [
          'stitch no-licence',
          'vivado/no-licence',
          'stitching StreamingDataflowPartition_',
          '[Common 17-345]',
        ],
      ] as const)('%s', async ([faults, code, message, detail]) => {
        const { exitCode, outcome } = await run({ ...hardwareOf(small), tools: tools({ faults }) });
        expect(exitCode).toBe(1);
        expect(outcome).toMatchObject({ ok: false, code });
        expect(outcome!.message).toContain(message);
        expect(outcome!.detail).toContain(detail);
        if (code === 'vivado/no-licence') expect(outcome!.hint).toContain('XILINXD_LICENSE_FILE');
      });

      test('what Vivado does wrong at last is left to be judged by its files', async () => {
        const attempt = async (faults: string) => {
          const { exitCode, log, out } = await run({
            ...implementationOf(smallProject),
            tools: tools({ faults }),
          });
          return { exitCode, log, raw: filesOf(join(out, 'raw')) };
        };
        const exit = await attempt('implement exit');
        expect(exit).toMatchObject({ exitCode: 1, raw: { 'exit-code.txt': '1\n' } });
        expect(exit.raw).not.toHaveProperty('top_wrapper.bit');
        expect(exit.raw['vivado.log']).toMatch(/^ERROR: .* because it is asked to/m);
        const silent = await attempt('implement silent');
        expect(silent.exitCode).toBe(0);
        expect(silent.raw).not.toHaveProperty('top_wrapper.bit');
        const hushed = await attempt('implement no-report');
        expect(Object.keys(hushed.raw)).not.toContain('timing.rpt');
        expect(Object.keys(hushed.raw)).toContain('top_wrapper.bit');
        expect((await attempt('implement late')).raw['timing.rpt']).toMatch(/^ +-0\.412 /m);
        expect((await attempt('implement no-licence')).log).toContain('A valid license was not found');
        expect((await attempt('implement crash')).raw['exit-code.txt']).toBe('139\n');

        const strategies = { IMPLEMENTATION_STRATEGY: 'Wishful_Thinking' };
        const wrong = await run({
          ...implementationOf(smallProject),
          tools: tools(),
          environment: strategies,
        });
        expect(wrong.log).toContain("there is no strategy 'Wishful_Thinking' for impl_1");
        const missing = await run(implementationOf(smallProject));
        expect(missing).toMatchObject({ exitCode: 1, outcome: { ok: false, code: 'vivado/not-found' } });
        const other = await run({ ...implementationOf(smallProject), tools: tools({ version: '2023.2' }) });
        expect(other.outcome).toMatchObject({ code: 'vivado/wrong-version' });
        expect(other.outcome!.message).toMatch(/^Vivado 2024\.2 is wanted, but .*\/vivado is 2023\.2$/);
      });

      test.for([
        ['FINN of another version', { FINN_VERSION: '1.5.0' }, {}, 'finn/wrong-version'],
        ['Vivado of another version', { VIVADO_VERSION: '2025.1' }, {}, 'vivado/wrong-version'],
        ['no HLS library', { FINN_DEPS: undefined }, {}, 'finn/no-hlslib'],
        ['half a megahertz', {}, { clockMHz: 33.5 }, 'hardware/clock'],
      ] as const)('%s is refused', async ([, environment, target, code]) => {
        const job = hardwareOf(small);
        const params = { ...job.params, target: { ...targetOn('zedboard'), ...target } };
        const { outcome } = await run({ ...job, params, tools: tools(), environment });
        expect(outcome).toMatchObject({ ok: false, code });
      });

      test.for(['hardware', 'implement'])(
        '%s: a signal to its group ends all of it',
        async (kind, { expect }) => {
          const programs = tools({ faults: 'hls hang\nimplement hang\n' });
          const job = kind === 'hardware' ? hardwareOf(small) : implementationOf(smallProject);
          const { child } = start({ ...job, tools: programs });
          const hanging = kind === 'hardware' ? 'vitis_hls hls LabelSelect_hls_0' : 'vivado implement top';
          await expect.poll(() => callsOf(programs), { timeout: 60_000 }).toContain(hanging);
          process.kill(-child.pid!, 'SIGTERM');
          await expect.poll(() => livingInGroup(child.pid!), { timeout: 10_000 }).toEqual([]);
        },
      );

      test('implement: a signal to the shell alone ends Vivado too', async ({ expect }) => {
        const programs = tools({ faults: 'implement hang\n' });
        const { child } = start({ ...implementationOf(smallProject), tools: programs });
        await expect.poll(() => callsOf(programs), { timeout: 60_000 }).toContain('vivado implement top');
        child.kill('SIGTERM');
        await expect.poll(() => livingInGroup(child.pid!), { timeout: 10_000 }).toEqual([]);
      });
    });
  });
});

/** Vivado knows only its own boards; those of other makers come with such files. */
function boardFilesIn(root: string): string {
  const folder = mkdtempSync(join(root, 'boards-'));
  mkdirSync(join(folder, 'pynq-z1'));
  writeFileSync(
    join(folder, 'pynq-z1/board.xml'),
    '<board schema_version="2.1" vendor="www.digilentinc.com" name="pynq-z1"/>\n',
  );
  return folder;
}
