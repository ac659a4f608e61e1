import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../core/config/load.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import { registryWith } from '../rig/engine.ts';

const stages = `
stages:
  lower: {kind: finn/preprocess, with: {model: m.onnx, finn: {preset: mobilenet}}}
  fold: {kind: finn/estimate, needs: {model: lower}, with: {folding: f.json}}
  split: {kind: split, needs: {model: fold}, with: {strategy: manual}}
  images: {kind: shell, with: {command: 'true', outputs: [x]}}
  build: {kind: finn/build, foreach: split.submodels, after: [images], timeout: 2 h, with: {implementation: Quick}}
  package: {kind: package, foreach: build.bitstreams}
`;

async function planOf(toolchain: string, written = stages): Promise<Plan> {
  const loaded = await loadPlan(
    'pipeline.yaml',
    `version: 1\ntoolchain: ${toolchain}\n${written}`,
    null,
    registryWith([]),
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.value;
}

const names = ({ stages }: Plan) => stages.map(({ name }) => name);
const stageOf = ({ stages }: Plan, wanted: string) => stages.find(({ name }) => name === wanted)!;

describe('the stages of a plan', () => {
  it('are those of the file under the emulated back end, and a simulation of each build', async () => {
    const written = ['lower', 'fold', 'split', 'images', 'build.timing', 'build', 'package'];
    expect(names(await planOf('{}')).sort()).toEqual(written.toSorted());
    expect(names(await planOf('{frontend: finn}')).sort()).toEqual([...written, 'lower.tidy'].sort());
  });

  it('give a simulation the policy for FIFOs and, to size them, what the split counted by', async () => {
    const timingOf = async (toolchain: string) => stageOf(await planOf(toolchain), 'build.timing');
    expect(await timingOf('{}')).toMatchObject({
      written: 'build',
      kind: 'finn/timing',
      params: { fifos: { type: 'uniform' } },
      foreach: { type: 'items', from: { stage: 'split', port: 'submodels' } },
      after: [],
    });
    expect((await timingOf('{fifos: minimal}')).params).toEqual({ fifos: { type: 'minimal' } });
    expect((await timingOf('{fifos: sized}')).params).toEqual({
      fifos: { type: 'sized', rate: null },
      split: {},
    });
    expect((await timingOf('{fifos: {target_fps: 300}}')).params).toMatchObject({
      fifos: { type: 'sized', rate: 300 },
    });
  });

  it('give depths to the hardware, and to an emulated build unless they are what its boards have anyway', async () => {
    const needs = async (toolchain: string, stage: string) => stageOf(await planOf(toolchain), stage).needs;
    const depths = { depths: { stage: 'build.timing', port: 'depths', isGathered: false } };
    expect(await needs('{}', 'build')).toEqual({});
    expect(await needs('{fifos: sized}', 'build')).toEqual(depths);
    for (const fifos of ['33', 'sized', 'minimal'])
      expect(await needs(`{backend: vivado, vivado: 2024.2, fifos: ${fifos}}`, 'build.hardware')).toEqual(
        depths,
      );
  });

  it('let FIFOs be sized for what the split left free, also where its submodels went through another stage first', async () => {
    const limited = stages.replace('{strategy: manual}', '{strategy: manual, limits: {LUT: 0.5}}');
    const seen = limited
      .replace(
        'build:',
        "seen: {kind: shell, foreach: split.submodels, with: {command: 'true', outputs: [x]}}\n  build:",
      )
      .replace('foreach: split.submodels, after', 'foreach: seen.x, after');
    for (const written of [limited, seen])
      expect(stageOf(await planOf('{fifos: sized}', written), 'build.timing').params).toEqual({
        fifos: { type: 'sized', rate: null },
        split: { limits: { LUT: 0.5 } },
      });
  });

  it('divide a build under Vivado into probe, hardware and implementation, item by item', async () => {
    const plan = await planOf('{frontend: finn, backend: vivado, vivado: 2024.2}');
    expect(stageOf(plan, 'build.hardware')).toMatchObject({
      written: 'build',
      kind: 'finn/hardware',
      foreach: { type: 'items', from: { stage: 'split', port: 'submodels' } },
      after: ['images', 'build.probe'],
      timeoutSeconds: 7200,
    });
    expect(stageOf(plan, 'build.probe')).toMatchObject({
      written: 'build',
      kind: 'finn/probe',
      params: {},
      foreach: { type: 'items', from: { stage: 'split', port: 'submodels' } },
      after: [],
    });
    expect(stageOf(plan, 'build')).toMatchObject({
      kind: 'finn/implement',
      params: { implementation: 'Quick' },
      foreach: { type: 'items', from: { stage: 'build.hardware', port: 'hardware' } },
      needs: { platform: { stage: 'build.probe', port: 'platform', isGathered: false } },
      after: [],
    });
    expect(names(plan)).not.toContain('fold.cross-check');
  });

  it('let FINN check the embedded front end before anything is built', async () => {
    const plan = await planOf('{backend: vivado, vivado: 2024.2}');
    expect(stageOf(plan, 'fold.finn')).toMatchObject({
      kind: 'finn/estimate',
      needs: { model: { stage: 'lower.finn', port: 'model', isGathered: false } },
      params: { folding: 'f.json' },
      toolchain: { frontend: 'finn' },
    });
    expect(stageOf(plan, 'lower.finn.tidy')).toMatchObject({
      kind: 'finn/tidy',
      params: { model: 'm.onnx' },
    });
    expect(stageOf(plan, 'lower.finn')).toMatchObject({
      kind: 'finn/lower',
      params: { finn: { preset: 'mobilenet' } },
      needs: { model: { stage: 'lower.finn.tidy', port: 'model', isGathered: false } },
    });
    expect(stageOf(plan, 'fold.cross-check').needs).toEqual({
      ours: { stage: 'fold', port: 'model', isGathered: false },
      finns: { stage: 'fold.finn', port: 'model', isGathered: false },
    });
    expect(stageOf(plan, 'build.hardware').after).toEqual(['images', 'build.probe', 'fold.cross-check']);
  });

  it('leave out the check if the file says so', async () => {
    const plan = await planOf('{backend: vivado, vivado: 2024.2, cross-check: false}');
    expect(names(plan)).not.toContain('fold.finn');
    expect(stageOf(plan, 'build.hardware').after).toEqual(['images', 'build.probe']);
  });

  it("take Vivado's initialisation script, in all steps that run it", async () => {
    const plan = await planOf(
      '{frontend: finn, backend: vivado, vivado: 2024.2}\ntools: {vivado: {init: vivado/init.tcl}}',
    );
    for (const name of ['build.probe', 'build.hardware', 'build'])
      expect(stageOf(plan, name).params).toMatchObject({ init: 'vivado/init.tcl' });
    expect(stageOf(plan, 'package').params).toEqual({});
  });
});

describe('steps of FINN and modules of them', () => {
  const led = stages.replace('{preset: mobilenet}', '{steps: [step_tidy_up]}, module: steps.py');
  const load = (toolchain: string, text = led) =>
    loadPlan('pipeline.yaml', `version: 1\ntoolchain: ${toolchain}\n${text}`, null, registryWith([]));

  it.each([
    '{}',
    '{backend: vivado, vivado: 2024.2}',
    '{backend: vivado, vivado: 2024.2, cross-check: false}',
  ])('are refused at their place by the embedded front end, %s', async (toolchain) => {
    const loaded = await load(toolchain);
    expect(loaded).toEqual({
      ok: false,
      diagnostics: [
        {
          code: 'config/other-frontend',
          severity: 'error',
          message:
            '"finn.steps" of "lower" is for the front end finn; the front end embedded does not support it',
          place: { file: 'pipeline.yaml', line: 5, column: 63, length: 5 },
          hint: 'use toolchain: {frontend: finn}, or remove "finn.steps"',
        },
        {
          code: 'config/other-frontend',
          severity: 'error',
          message:
            '"module" of "lower" is for the front end finn; the front end embedded does not support it',
          place: { file: 'pipeline.yaml', line: 5, column: 87, length: 6 },
          hint: 'use toolchain: {frontend: finn}, or remove "module"',
        },
      ],
    });
  });

  it('are used by FINN itself', async () => {
    expect(await load('{frontend: finn}')).toMatchObject({ ok: true });
  });

  it('may be in the profile that selects FINN', async () => {
    const text = `version: 1\n${stages}\nprofiles: {finn: {toolchain: {frontend: finn}, stages: {lower: {with: {module: steps.py}}}}}\n`;
    for (const profile of [null, 'finn'])
      expect(await loadPlan('pipeline.yaml', text, profile, registryWith([]))).toMatchObject({ ok: true });
  });
});

describe('the version of Vivado', () => {
  it.each(['{backend: vivado}', '{backend: vivado, vivado: 24}'])('is refused in %s', async (toolchain) => {
    await expect(planOf(toolchain)).rejects.toThrow('config/no-vivado-version');
  });

  it('may be a number, as YAML reads it', async () => {
    const plan = await planOf('{backend: vivado, vivado: 2025.1}');
    expect(stageOf(plan, 'build').toolchain.vivado).toBe('2025.1');
  });

  it('simulate RTL of each submodel if verify asks for it, and builds wait for that', async () => {
    const verified = stages
      .replace(
        '  images:',
        '  check: {kind: verify, needs: {whole: lower, host: lower.host, parts: split}, with: {inputs: i.npy, rtl: true}}\n  images:',
      )
      .replace('after: [images]', 'after: [images, check]');
    for (const toolchain of ['{}', '{backend: vivado, vivado: 2024.2}']) {
      const plan = await planOf(toolchain, verified);
      expect(stageOf(plan, 'check.rtl')).toMatchObject({
        written: 'check',
        kind: 'finn/rtl',
        params: {},
        needs: {},
        foreach: { type: 'items', from: { stage: 'split', port: 'submodels' } },
      });
    }
    const plan = await planOf('{}', verified);
    expect(stageOf(plan, 'check.original')).toMatchObject({
      kind: 'original',
      params: { inputs: 'i.npy', count: 4 },
      needs: { original: { stage: 'lower', port: 'original', isGathered: false } },
    });
    const none = verified.replace('rtl: true', 'original: 0');
    expect(names(await planOf('{}', none))).not.toContain('check.original');
    expect(stageOf(plan, 'build').after).toEqual(['images', 'check', 'check.rtl']);
    expect(stageOf(plan, 'check').after).toContain('check.original');
    expect(names(await planOf('{}', verified.replace('rtl: true', 'rtl: false')))).not.toContain('check.rtl');
  });
});
