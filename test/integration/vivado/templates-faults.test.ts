import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { counterpart } from '../rig/counterparts.ts';
import { targetOn, tfcJobs, tfcSubmodels } from '../rig/tfc-jobs.ts';
import { filesOf } from '../rig/workshop.ts';

counterpart('finn', (python) => {
  counterpart('tcl', () => {
    const jobs = tfcJobs(python);
    const { run, tools, hardwareOf, implementationOf } = jobs;
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
        expect((await attempt('implement no-licence')).log).toContain('A valid license was not found');
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
