import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boardType, platformOf } from '../../../boards/data.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { seeded } from '../../rig/seeded.ts';
import { counterpart } from '../rig/counterparts.ts';
import { matrix } from '../rig/rtl/matrices.ts';
import { targetOn, tfcJobs } from '../rig/tfc-jobs.ts';
import type { Job } from '../rig/workshop.ts';

counterpart('finn', (python) => {
  counterpart('tcl', () => {
    const { run, tools } = tfcJobs(python);

    const hardwareOf = (SIMD: number, queue: 'deep' | 'finn'): Job => ({
      template: 'finn/hardware.py',
      params: { target: targetOn('zedboard'), platform: platformOf(boardType('zedboard')).finn, queue },
      inputs: {
        'submodel/submodel.onnx': writeHardwareGraph(
          matrix(seeded(1), { MW: 12, SIMD, MH: 8, PE: 4, vectors: 10 }),
        ),
        'depths/depths.json': Buffer.from('{}'),
      },
    });
    const queueOf = (out: string): string | undefined =>
      /MAX_IN_FLIGHT = (.*);/.exec(
        readFileSync(
          join(out, 'hardware/vivado_stitch_proj_StreamingDataflowPartition_1_0/ip/src/mvu_vvu_axi.sv'),
          'utf8',
        ),
      )?.[1];

    test('the deep queue is in the sources that are stitched, FINN’s only where it is asked for', async () => {
      const deep = await run({ ...hardwareOf(12, 'deep'), tools: tools() });
      expect(deep.outcome, deep.log).toMatchObject({ ok: true });
      expect(queueOf(deep.out)).toBe('CORE_PIPELINE_DEPTH + 2');
      const script = readFileSync(join(deep.out, 'hardware/ip_config.tcl'), 'utf8');
      expect(script).not.toMatch(/site-packages/);
      const short = await run({ ...hardwareOf(6, 'finn'), tools: tools() });
      expect(short.outcome, short.log).toMatchObject({ ok: true });
      expect(queueOf(short.out)).toBe('CORE_PIPELINE_DEPTH');
    });

    test('with FINN’s queue a layer that loses words is refused before high-level synthesis', async () => {
      const { outcome, log } = await run({ ...hardwareOf(12, 'finn'), tools: tools() });
      expect(outcome).toMatchObject({
        ok: false,
        code: 'hardware/short-queue',
        message: "MVAU_rtl_0 multiplies all 12 inputs at once, and then FINN's output queue loses words",
        hint: 'give it a smaller SIMD such as 6, or build with toolchain.mvau_queue: deep',
      });
      expect(log).not.toContain('step_generate_hardware');
    });
  });
});
