import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckContext } from '../../../core/contracts/check.ts';
import type { PlannedStage } from '../../../core/contracts/plan.ts';
import { boardType } from '../../../boards/data.ts';
import { imagesCheck } from '../../../stages/shared/array-checks.ts';
import { networkInput } from '../../../stages/shared/network-input.ts';
import { survey } from '../../../stages/survey/survey.ts';
import { attempt } from '../../../base/refusal.ts';
import { golden } from '../../finn/network.ts';
import { npy } from '../../rig/npy.ts';
import { projectWith } from '../../rig/project.ts';

const need = (stage: string) => ({ stage, port: 'x', isGathered: false });
const planned = (name: string, kind: string, from: readonly string[], params = {}): PlannedStage => ({
  ...{ name, written: name, kind, params, after: [], foreach: null, timeoutSeconds: null, uses: {} },
  ...{ save: null, toolchain: {}, runner: null },
  needs: Object.fromEntries(from.map((stage) => [stage, need(stage)])),
});

/** A smoke behind a network, with others beside it. */
function context(
  project: string,
  model: string,
  inputs: string,
  kind = 'finn/preprocess',
  more: readonly PlannedStage[] = [],
): Pick<CheckContext, 'stage' | 'stages' | 'world'> & CheckContext {
  const stage = planned('smoke', 'smoke', ['split', ...more.map(({ name }) => name)], { inputs });
  const stages = [
    planned('first', kind, [], { model }),
    planned('unrelated', 'finn/preprocess', [], { model: 'other.onnx' }),
    ...more,
    planned('split', 'split', ['first']),
    stage,
  ];
  return { stage, stages, world: { project } } as unknown as ReturnType<typeof context>;
}

const model = join(golden, 'cnns', 'line72.onnx');

describe('images whose network is a file of the project', () => {
  const project = projectWithImages();
  function projectWithImages() {
    return (shape: readonly number[]) =>
      projectWith({
        'm.onnx': readFileSync(model),
        'i.npy': npy('|u1', shape, Buffer.alloc(shape.reduce((all, extent) => all * extent, 1))),
      });
  }
  const found = async (shape: readonly number[], ...more: readonly PlannedStage[]) => {
    const result = await imagesCheck(context(project(shape), 'm.onnx', 'i.npy', undefined, more)).look();
    return result?.ok === true ? result.value : result?.diagnostics;
  };

  it.each([[[5, 3, 1, 8]], [[5, 1, 3, 1, 8]]])('are accepted as smoke accepts them: %j', async (shape) => {
    expect(await found(shape)).toBe(`[${shape.join(', ')}]`);
  });

  it('are refused as smoke refuses them, with the same advice', async () => {
    expect(await found([5, 1, 8, 3])).toEqual([
      {
        code: 'images/wrong-shape',
        severity: 'error',
        message: 'the network takes images of shape [1, 3, 1, 8], but inputs (i.npy) holds [5, 1, 8, 3]',
        hint: 'these look like NHWC, but NCHW is required: save np.transpose(images, (0, 3, 1, 2))',
        at: ['inputs'],
      },
    ]);
    expect(await found([0, 3, 1, 8])).toMatchObject([{ code: 'images/none' }]);
  });

  it('are not compared where the network is not known, or several are', async () => {
    expect(await found([5, 9], planned('second', 'finn/preprocess', [], { model: 'm.onnx' }))).toBe('[5, 9]');
    const damaged = projectWith({ 'm.onnx': 'no model' });
    expect(await networkInput(context(damaged, 'm.onnx', 'i.npy'))).toBeNull();
    expect(await networkInput(context(damaged, 'none.onnx', 'i.npy'))).toBeNull();
  });
});

it('the shape that a network states is the one that it takes once it is lowered', async () => {
  const networks = ['cnns', 'brevitas'].flatMap((folder) =>
    readdirSync(join(golden, folder))
      .filter((name) => name.endsWith('.onnx'))
      .map((name) => join(golden, folder, name)),
  );
  let compared = 0;
  for (const path of networks) {
    const beside = (name: string) => readFileSync(join(path, '..', name));
    const seen = attempt(() => survey(readFileSync(path), beside, boardType('zedboard'), 1));
    if (!seen.ok) continue;
    const data = { model: path, ...(seen.value.data === null ? {} : { data: `${path}.data` }) };
    const stage = planned('first', 'finn/tidy', [], data);
    const stated = await networkInput({
      stage,
      stages: [stage],
      world: { project: '/' } as CheckContext['world'],
    });
    expect([basename(path), stated]).toEqual([basename(path), seen.value.input.shape]);
    compared += 1;
  }
  expect(compared).toBeGreaterThan(60);
});
