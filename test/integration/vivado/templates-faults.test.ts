import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { memoriesIn } from '../../../stages/finn/implement/memories.ts';
import { missingMemories, unreadMemories } from '../../../vivado/memories.ts';
import { readProbe } from '../../../vivado/probe.ts';
import { readTiming } from '../../../vivado/timing.ts';
import { counterpart } from '../rig/counterparts.ts';
import { targetOn, tfcJobs, tfcSubmodels } from '../rig/tfc-jobs.ts';
import { filesOf } from '../rig/workshop.ts';

counterpart('finn', (python) => {
  counterpart('tcl', () => {
    const jobs = tfcJobs(python);
    const { root, run, tools, hardwareOf, implementationOf, probeOf } = jobs;
    const submodels = tfcSubmodels(jobs);

    describe.concurrent('faults of the tools', () => {
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
        ['hls Label killed', 'vivado/out-of-memory', 'HLS of LabelSelect_hls_0 was killed', ''],
        ['hls no-licence', 'vivado/no-licence', 'HLS of LabelSelect_hls_0 failed', '[Common 17-345]'],
        [
          'hls licences-in-use',
          'vivado/licences-in-use',
          'HLS of LabelSelect_hls_0 failed',
          'users already reached',
        ],
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
        const { exitCode, outcome } = await run({ ...hardwareOf(submodels.small), tools: tools({ faults }) });
        expect(exitCode).toBe(1);
        expect(outcome).toMatchObject({ ok: false, code });
        expect(outcome!.message).toContain(message);
        expect(outcome!.detail).toContain(detail);
        if (code === 'vivado/no-licence') expect(outcome!.hint).toContain('XILINXD_LICENSE_FILE');
      });

      test('failures of the last Vivado run are left to be judged by its files', async () => {
        const attempt = async (faults: string) => {
          const { exitCode, log, out } = await run({
            ...implementationOf(submodels.smallProject),
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
        const unlicensed = await attempt('implement no-licence');
        expect(unlicensed.log).not.toContain('A valid license was not found');
        expect(Object.values(unlicensed.raw).join('')).toContain('A valid license was not found');
        expect(unlicensed.raw['vivado.log']).toContain("Command failed: Run 'impl_1' failed. Unable to open");
        expect((await attempt('implement crash')).raw['exit-code.txt']).toBe('139\n');

        const strategies = { IMPLEMENTATION_STRATEGY: 'Wishful_Thinking' };
        const wrong = await run({
          ...implementationOf(submodels.smallProject),
          tools: tools(),
          environment: strategies,
        });
        expect(wrong.log).toContain("there is no strategy 'Wishful_Thinking' for impl_1");
        const missing = await run(implementationOf(submodels.smallProject));
        expect(missing).toMatchObject({ exitCode: 1, outcome: { ok: false, code: 'vivado/not-found' } });
        const other = await run({
          ...implementationOf(submodels.smallProject),
          tools: tools({ version: '2023.2' }),
        });
        expect(other.outcome).toMatchObject({ code: 'vivado/wrong-version' });
        expect(other.outcome!.message).toMatch(/^Vivado 2024\.2 is wanted, but .*\/vivado is 2023\.2$/);
      });

      test('a memory that is lost is told in the log of a run only, and the bitstream is made', async () => {
        const lost = join(root, 'lost');
        cpSync(join(submodels.smallProject.out, 'hardware'), lost, { recursive: true });
        const memory = readdirSync(lost, { recursive: true, encoding: 'utf8' }).find((name) =>
          /\/impl\/ip\/.*\.dat$/.test(name),
        )!;
        rmSync(join(lost, memory));
        const job = implementationOf(submodels.smallProject);
        const inputs = { ...job.inputs, hardware: { copy: lost } };
        const { exitCode, out } = await run({ ...job, inputs, tools: tools() });
        const raw = filesOf(join(out, 'raw'));
        expect(exitCode).toBe(0);
        expect(raw).toHaveProperty(['top_wrapper.bit']);
        expect(raw['vivado.log']).not.toContain('Synth 8-');
        const logs = Object.entries(raw).map(([name, text]) => ({ name, text }));
        expect(missingMemories(logs)).toEqual([expect.stringContaining('could not open $readmem data file')]);
      });

      test('all memories are read, and said to be, however many they are', async () => {
        const { out } = await run({ ...implementationOf(submodels.smallProject), tools: tools() });
        const logs = Object.entries(filesOf(join(out, 'raw'))).map(([name, text]) => ({ name, text }));
        const memories = await memoriesIn(join(submodels.smallProject.out, 'hardware'));
        expect(memories.some((copies) => copies.length > 1)).toBe(true);
        expect(unreadMemories(memories, logs)).toEqual([]);
        expect(missingMemories(logs)).toEqual([]);
        const script = readFileSync(join(submodels.smallProject.out, 'hardware/ip_config.tcl'), 'utf8');
        expect(script).toMatch(/set_msg_config -id \{Synth 8-3876\} -limit 1000000\n[^]*launch_runs/);
      });

      test('the timing report is of the design that the bitstream is made of', async () => {
        const reportOf = async (strategy: string) => {
          const environment = { IMPLEMENTATION_STRATEGY: strategy };
          const job = implementationOf(submodels.smallProject);
          const { out } = await run({ ...job, tools: tools(), environment });
          return readTiming(readFileSync(join(out, 'raw/timing.rpt'), 'utf8')).setup;
        };
        expect(await reportOf('Performance_Explore')).toBe(0.318);
        expect(await reportOf('Performance_ExplorePostRoutePhysOpt')).toBe(0.019);
      });

      test('the probe reports parts and boards, those of the user and of named folders included', async () => {
        const folder = mkdtempSync(join(root, 'boards-'));
        const board = (name: string) =>
          `<board schema_version="2.1" vendor="maker.com" name="${name}"><file_version>1.2</file_version></board>\n`;
        writeFileSync(join(folder, 'board.xml'), board('mine'));
        const programs = tools({ store: 'avnet.com:zedboard:part0:1.4\n', parts: 'xc7z020clg400-1\n' });
        const { exitCode, out } = await run({
          ...probeOf('zedboard'),
          tools: programs,
          environment: { BOARD_FILES: folder },
        });
        expect(exitCode).toBe(0);
        const answer = readFileSync(join(out, 'raw/probe.txt'), 'utf8');
        expect(readProbe(answer)).toEqual({
          parts: [],
          boardParts: ['avnet.com:zedboard:part0:1.4', 'maker.com:mine:part0:1.2'],
        });
        const broken = mkdtempSync(join(root, 'broken-'));
        const reason = 'vivado: error while loading shared libraries: libtinfo.so.5';
        writeFileSync(join(broken, 'vivado'), `#!/bin/sh\necho '${reason}' >&2\nexit 127\n`, { mode: 0o755 });
        expect((await run({ ...probeOf('zedboard'), tools: broken })).outcome).toMatchObject({
          code: 'vivado/no-answer',
          message: expect.stringContaining(reason) as string,
        });
        const mute = mkdtempSync(join(root, 'mute-'));
        const answer2024 = "[ $1 = -version ] && { echo 'vivado v2024.2 (64-bit)'; exit; }";
        writeFileSync(join(mute, 'vivado'), `#!/bin/sh\n${answer2024}\nexit 1\n`, { mode: 0o755 });
        const unlogged = await run({ ...implementationOf(submodels.smallProject), tools: mute });
        expect(Object.keys(filesOf(join(unlogged.out, 'raw')))).not.toContain('vivado.log');
        const other = await run({ ...probeOf('zedboard'), tools: tools({ version: '2023.2' }) });
        expect(other.outcome).toMatchObject({ code: 'vivado/wrong-version' });
      });

      test('the chosen depths are set on the layers, by name', () => {
        const work = mkdtempSync(join(root, 'depths-'));
        mkdirSync(join(work, 'in', 'depths'), { recursive: true });
        const chosen = { Pool_hls_0: { inFIFODepths: [65], outFIFODepths: [33] } };
        writeFileSync(join(work, 'in', 'depths', 'depths.json'), JSON.stringify(chosen));
        const code = [
          'import hardware',
          'from pathlib import Path',
          'from onnx import helper as h',
          'from qonnx.core.modelwrapper import ModelWrapper',
          'from qonnx.custom_op.registry import getCustomOp',
          `hardware.WORK = Path(${JSON.stringify(work)})`,
          'node = lambda i: h.make_node("Pool_hls", [f"t{i}"], [f"t{i + 1}"], name=f"Pool_hls_{i}", domain="finn.custom_op.fpgadataflow.hls", backend="fpgadataflow", Channels=1, PE=1, KernelSize=[1], Function="MaxPool", OutImgDims=[1], InputDataType="INT2", OutputDataType="INT2")',
          'info = lambda name: h.make_tensor_value_info(name, 1, [1])',
          'model = ModelWrapper(h.make_model(h.make_graph([node(0), node(1)], "g", [info("t0")], [info("t2")])))',
          'hardware.set_depths(model)',
          'depths = [[list(getCustomOp(n).get_nodeattr(a)) for a in ("inFIFODepths", "outFIFODepths")] for n in model.graph.node]',
          'assert depths == [[[65], [33]], [[2], [2]]], depths',
        ].join('\n');
        const options = {
          cwd: join(import.meta.dirname, '../../../templates/finn'),
          encoding: 'utf8',
        } as const;
        expect(spawnSync(python, ['-B', '-c', code], options)).toMatchObject({ status: 0 });
      });

      test.for([
        ['FINN of another version', { FINN_VERSION: '1.5.0' }, {}, 'finn/wrong-version'],
        ['Vivado of another version', { VIVADO_VERSION: '2025.1' }, {}, 'vivado/wrong-version'],
        ['no HLS library', { FINN_DEPS: undefined }, {}, 'finn/no-hlslib'],
        ['half a megahertz', {}, { clockMHz: 33.5 }, 'hardware/clock'],
      ] as const)('%s is refused', async ([, environment, target, code]) => {
        const job = hardwareOf(submodels.small);
        const params = { ...job.params, target: { ...targetOn('zedboard'), ...target } };
        const { outcome } = await run({ ...job, params, tools: tools(), environment });
        expect(outcome).toMatchObject({ ok: false, code });
      });
    });
  });
});
