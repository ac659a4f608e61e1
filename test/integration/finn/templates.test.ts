import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readModel } from '../../../onnx/read.ts';
import { writeModel } from '../../../onnx/write.ts';
import { endingInArgMax } from '../../finn/lower/ending-in-argmax.ts';
import { golden, readJson } from '../../finn/network.ts';
import { counterpart } from '../rig/counterparts.ts';
import { tfc, tfcJobs } from '../rig/tfc-jobs.ts';
import type { JobResult } from '../rig/workshop.ts';
import { filesOf } from '../rig/workshop.ts';

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

counterpart('finn', (python) => {
  const { preprocess, estimate } = tfcJobs(python);
  let preprocessed: JobResult;
  let folded: JobResult;
  beforeAll(async () => {
    // Each alone once; what the shared Python gives is held against these.
    preprocessed = await preprocess({}, {}, true);
    folded = await estimate(preprocessed, {}, true);
  }, 120_000);

  test('from the network to FINN’s estimates', () => {
    expect(preprocessed.outcome).toEqual({
      ok: true,
      versions: { 'finn-plus': '1.6.1', qonnx: '1.0.0' },
      warnings: [],
    });
    expect(preprocessed.log).toContain('step_streamline (4 of 10)\n');
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
    test('gives the same bytes in another folder, and runs a step of the user’s', async () => {
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

    test('an ArgMax that no TopK can replace stays on the host, as by the embedded front end', async () => {
      const tfcModel = readModel(readFileSync(join(tfc, 'model.onnx')));
      const otherAxis = writeModel(endingInArgMax(tfcModel, { axis: 0 })!);
      const { outcome, out } = await preprocess({ specialize: null }, { 'model/model.onnx': otherAxis });
      expect(outcome).toMatchObject({ ok: true });
      const operators = (file: string): readonly string[] =>
        readModel(readFileSync(join(out, 'raw', file))).graph.nodes.map(({ opType }) => opType);
      expect(operators('parent.onnx').at(-1)).toBe('ArgMax');
      expect(operators('dataflow.onnx')).not.toContain('LabelSelect_hls');
    });

    test('a module of steps that cannot be imported is refused', async () => {
      const { outcome } = await preprocess(
        {},
        { 'module/steps.py': Buffer.from('import nowhere_to_be_found\n') },
      );
      expect(outcome).toMatchObject({ ok: false, code: 'finn/bad-step-module' });
      expect(outcome!.message).toContain("No module named 'nowhere_to_be_found'");
      expect(outcome!.detail).toContain('steps.py", line 1');
    });

    test('a failing step is named, with the end of its traceback', async () => {
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

    test('settings for a layer that does not exist are refused', async () => {
      const specialize = { MVAU_17: { preferred_impl_style: 'rtl' } };
      expect((await preprocess({ specialize })).outcome).toMatchObject({
        code: 'specialize/unknown-layer',
        at: ['specialize', 'MVAU_17'],
      });
    });
  });

  describe.concurrent('estimate', () => {
    test('folds for a frame rate as FINN does', async () => {
      const { outcome, out } = await estimate(preprocessed, { folding: null, target_fps: 100_000 });
      expect(outcome).toMatchObject({ ok: true });
      const found = filesOf(join(out, 'raw/report'));
      const kept = filesOf(join(golden, 'tfc-fps1e5'));
      for (const name of ['estimate_layer_cycles.json', 'estimate_layer_resources.json'])
        expect(JSON.parse(found[name]!), name).toEqual(JSON.parse(kept[name]!));

      expect(readJson(join(out, 'raw/folding.json'))).toEqual(JSON.parse(kept['auto_folding_config.json']!));
    });

    test('refuses a rate for which FINN folds what it cannot build, as the embedded front end does', async () => {
      const { exitCode, outcome } = await estimate(preprocessed, { folding: null, target_fps: 1_000_000 });
      expect(exitCode).toBe(1);
      expect(outcome).toEqual({
        ok: false,
        code: 'fold/rate-illegal',
        message:
          'for this rate FINN folds Reshape_rtl_0 with PE 8, which does not divide all that it reads and writes: FINN estimates that, and fails when it builds',
        hint: 'ask for 892857 img/s or less, or give a folding file with PE 14',
        at: ['target_fps'],
      });
      expect((await estimate(preprocessed, { folding: null, target_fps: 892_857 })).outcome).toMatchObject({
        ok: true,
      });
    });

    test('gives the same bytes in another folder', async () => {
      const again = await estimate(preprocessed, {});
      expect(filesOf(join(again.out, 'raw'))).toEqual(filesOf(join(folded.out, 'raw')));
    });

    test.for([
      [{ MVAU_hls_00: { PE: 1 } }, 'fold/unknown-layer', ['folding', 'MVAU_hls_00']],
      [{ MVAU_hls_0: { PEE: 1 } }, 'fold/unknown-attribute', ['folding', 'MVAU_hls_0', 'PEE']],
      [{ MVAU_hls_0: { PE: 7 } }, 'fold/illegal-value', ['folding', 'MVAU_hls_0', 'PE']],
      [{ MVAU_hls_0: { mem_mode: 'nowhere' } }, 'fold/illegal-value', ['folding', 'MVAU_hls_0', 'mem_mode']],
    ] as const)('refuses the folding %j', async ([wrong, code, at]) => {
      const { outcome } = await estimate(preprocessed, { folding: wrong });
      expect(outcome).toMatchObject({ ok: false, code, at });
      expect(outcome!.message).toContain(at[1]);
    });
  });
});
