import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { boardType } from '../../../boards/data.ts';
import { depthSettings } from '../../../finn/cycles/depths.ts';
import { networkOf } from '../../../finn/cycles/network.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { readJson } from '../../finn/network.ts';
import { counterpart } from '../rig/counterparts.ts';
import { tfcJobs, tfcSubmodels } from '../rig/tfc-jobs.ts';
import { callsOf, filesOf, livingInGroup } from '../rig/workshop.ts';

counterpart('finn', (python) => {
  counterpart('tcl', () => {
    const jobs = tfcJobs(python);
    const { root, run, tools, start, hardwareOf, implementationOf } = jobs;
    const submodels = tfcSubmodels(jobs);

    describe.concurrent('from a submodel to a bitstream', () => {
      test('with FIFOs as deep as chosen, also beside the width converters that FINN inserts', async () => {
        const graph = readHardwareGraph(readFileSync(join(submodels.mixed, 'submodel.onnx')));
        const modelled = networkOf(graph, boardType('zedboard').part);
        const { fifos } = modelled.type === 'network' ? modelled.network : modelled;
        // All different, so that none is taken for another.
        const depths = fifos.map((_, index) => 40 + 3 * index);
        const settings = JSON.stringify(depthSettings(graph, fifos, depths));
        const job = hardwareOf(submodels.mixed);
        const inputs = { ...job.inputs, 'depths/depths.json': Buffer.from(settings) };
        const made = await run({ ...job, inputs, tools: tools() });
        expect(made.outcome).toMatchObject({ ok: true });
        const built = Object.entries(filesOf(join(made.out, 'hardware')))
          .filter(([path]) => /StreamingFIFO[^/]*\.v$/.test(path))
          .flatMap(([path, contents]) => {
            const depth = /\.DEPTH\((\d+)\)|DEPTH = (\d+)/.exec(contents);
            return depth === null ? [] : [[path.split('/').at(-1)!, Number(depth[1] ?? depth[2])] as const];
          });
        // Each file is there more than once; the two engines have FIFOs of their own.
        const found = new Set(built.map(([, depth]) => depth));
        expect([...found].filter((depth) => depth >= 40).sort((a, b) => a - b)).toEqual(depths);
      });

      test('to a bitstream, with the same project in another folder', async () => {
        const programs = tools();
        const hardware = await run({ ...hardwareOf(submodels.mixed), tools: programs, alone: true });
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

        const again = await run({ ...hardwareOf(submodels.mixed), tools: tools() });
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
        const engines = [
          'axi_interconnect_0',
          'clk_wiz_0',
          'idma0',
          'odma0',
          'proc_sys_reset_0',
          'smartconnect_0',
        ];
        const synthesised = [...engines, 'StreamingDataflowPartition_1', 'zynq_ps'].map(
          (cell) => `runs/top_${cell}_0_synth_1.log`,
        );
        expect(Object.keys(raw)).toEqual([
          'exit-code.txt',
          'free-kilobytes.txt',
          ...['runs/impl_1.log', ...synthesised].sort(),
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
            const hardware = await run({
              ...hardwareOf(submodels.small, board, clock),
              tools: programs,
              environment,
            });
            expect(hardware.outcome, board).toMatchObject({ ok: true });
            const script = readFileSync(join(hardware.out, 'hardware/ip_config.tcl'), 'utf8');
            expect(script).toContain(`\nset FREQ_MHZ ${clock}\n`);
            const tool = version === '2025.1' ? 'vitis-run' : 'vitis_hls';
            expect(callsOf(programs)).toContain(`${tool} hls LabelSelect_hls_0`);
            const made = await run({ ...implementationOf(hardware, board), tools: programs, environment });
            expect(made.exitCode, made.log).toBe(0);
            const handoff = readFileSync(join(made.out, 'raw/top.hwh'), 'utf8');
            expect(handoff).toContain(`NAME="CLKOUT1_REQUESTED_OUT_FREQ" VALUE="${clock}"`);
            expect(handoff).toContain(`BASEVALUE="${base}"`);
            expect(handoff).toContain(`BOARD="${boardType(board).boardParts[0]}"`);
            if (board !== 'pynq-z1') return;
            const without = { VIVADO_VERSION: version };
            const lost = await run({
              ...implementationOf(hardware, board),
              tools: programs,
              environment: without,
            });
            expect(lost).toMatchObject({ exitCode: 1, outcome: null });
            expect(lost.log).toContain('ERROR: [Board 49-71]');
          }),
        );
      });

      test.for(['hardware', 'implement'])(
        '%s: a signal to its group ends all of it',
        async (kind, { expect }) => {
          const programs = tools({ faults: 'hls hang\nimplement hang\n' });
          const job =
            kind === 'hardware' ? hardwareOf(submodels.small) : implementationOf(submodels.smallProject);
          const { child } = start({ ...job, tools: programs, alone: true });
          const hanging = kind === 'hardware' ? 'vitis_hls hls LabelSelect_hls_0' : 'vivado implement top';
          await expect.poll(() => callsOf(programs), { timeout: 60_000 }).toContain(hanging);
          process.kill(-child.pid!, 'SIGTERM');
          await expect.poll(() => livingInGroup(child.pid!), { timeout: 10_000 }).toEqual([]);
        },
      );

      test('implement: a signal to the shell alone ends Vivado too', async ({ expect }) => {
        const programs = tools({ faults: 'implement hang\n' });
        const { child } = start({ ...implementationOf(submodels.smallProject), tools: programs });
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
    '<board schema_version="2.0" vendor="www.digilentinc.com" name="pynq-z1"><file_version>1.0</file_version></board>\n',
  );
  return folder;
}
