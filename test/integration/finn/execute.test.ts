import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readNpy } from '../../../finn/npy.ts';
import { elementCount } from '../../../base/shape.ts';
import type { OnnxModel, OnnxTensor } from '../../../onnx/model.ts';
import { readModel } from '../../../onnx/read.ts';
import { writeModel } from '../../../onnx/write.ts';
import { runNetwork } from '../../../qonnx/execute.ts';
import { prepareNetwork } from '../../../qonnx/network.ts';
import { examples } from '../../finn/network.ts';
import { seeded } from '../../rig/seeded.ts';
import { counterpart } from '../rig/counterparts.ts';
import { finnOfSuite } from '../rig/finn/suite.ts';
import { kinds, randomNetwork } from '../rig/networks/lowering-networks.ts';

counterpart('finn', () => {
  const { directory, ask, tell } = finnOfSuite();

  /** What both compute for an image: how many values, which must agree; null where QONNX cannot execute the network. */
  async function compare(what: string, path: string, image: readonly number[]): Promise<number | null> {
    const theirs = await ask<readonly number[] | null>({ do: 'execute', path, image });
    if (theirs === null) return null;
    const ours = executed(readModel(readFileSync(path)), image);
    expect.soft(ours.length, what).toBe(theirs.length);
    for (const [index, value] of theirs.entries())
      expect.soft(ours[index], `${what}, at ${index}`).toBeCloseTo(value, 4);
    return theirs.length;
  }

  test('the examples give the same for their images', async () => {
    let values = 0;
    for (const name of ['tfc-w2a2', 'cnv-w2a2']) {
      const folder = join(examples, name);
      const { shape, values: data } = readNpy(readFileSync(join(folder, 'images.npy')), { name });
      const size = elementCount(shape.slice(1));
      for (let at = 0; at < 3 * size; at += size)
        values += (await compare(name, join(folder, 'model.onnx'), [...data.subarray(at, at + size)])) ?? 0;
    }
    expect(values).toBe(6);
    tell('examples', { values });
  });

  test('random networks give the same', { timeout: 1_800_000 }, async () => {
    const random = seeded(Number(process.env['PIPELINE_TEST_SEED'] ?? 1));
    const counts = { networks: 0, values: 0 };
    const drawn = Array.from({ length: 10 }, () => kinds.map((kind) => randomNetwork(random, kind))).flat();
    mkdirSync(directory, { recursive: true });
    for (const [index, { kind, model, image }] of drawn.entries()) {
      const path = join(directory, `${index}.onnx`);
      writeFileSync(path, writeModel(withoutLabels(model)));
      const values = await compare(`network ${index}, ${kind}`, path, image);
      counts.networks += values === null ? 0 : 1;
      counts.values += values ?? 0;
    }
    tell('random', counts);
    expect(counts.networks).toBeGreaterThanOrEqual(40);
  });
});

/** Without a TopK at the end, whose input has more to compare than the label. */
function withoutLabels(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const last = graph.nodes.at(-1)!;
  if (last.opType !== 'TopK') return model;
  const outputs = [{ name: last.inputs[0]!, elementType: 'float32', shape: null } as const];
  return { ...model, graph: { ...graph, nodes: graph.nodes.slice(0, -1), outputs } };
}

function executed(model: OnnxModel, image: readonly number[]): readonly number[] {
  const { name, elementType, shape } = model.graph.inputs[0]!;
  const tensor: OnnxTensor = {
    elementType,
    shape: shape!.map((extent) => extent!),
    values: Float32Array.from(image),
  };
  const outputs = runNetwork(prepareNetwork(model), new Map([[name, tensor]]));
  return Array.from([...outputs.values()][0]!.values, Number);
}
