import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeHardwareGraph } from '../../finn/dialect/write.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import { lower } from '../../finn/lower/lower.ts';
import { writeNpy } from '../../finn/npy.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { readModel } from '../../onnx/read.ts';
import { writeModel } from '../../onnx/write.ts';
import { tidy } from '../../qonnx/tidy/index.ts';
import { original } from '../../stages/original/work.ts';
import { hostFiles } from '../finn/host.ts';
import { golden } from '../finn/network.ts';
import { temporaryFolder } from '../rig/project.ts';
import { runStage } from './stage.ts';

const model = readModel(readFileSync(join(golden, 'brevitas', 'bias-in-the-last-layer.onnx')));

/** Compares a network with hardware that was made of it, after a change. */
async function compared(
  model: OnnxModel,
  change: (graph: HardwareGraph) => HardwareGraph = (graph) => graph,
) {
  const { graph, host, quantisers } = lower(tidy(model).model, 'xc7z020clg484-1', null);
  const files = {
    ...hostFiles(host),
    'whole/dataflow.onnx': writeHardwareGraph(change(graph)),
    'original/model.onnx': writeModel(model),
    'original/quantisers.json': JSON.stringify({ format: 1, layers: Object.fromEntries(quantisers) }),
    'inputs/images.npy': writeNpy(
      [2, 6],
      Float32Array.from({ length: 12 }, (_, i) => i / 12),
    ),
  };
  const { result } = await runStage(original, temporaryFolder(), files, { params: { count: 2 } });
  return result;
}

it('finds nothing to say about hardware that was made right', async () => {
  expect(await compared(model)).toMatchObject({ ok: true, summary: '2 images as by the original network' });
});

it('feeds doubles to a network of doubles', async () => {
  const [input] = model.graph.inputs;
  const cast = { name: 'cast', opType: 'Cast', domain: '', inputs: ['doubles'], outputs: [input!.name] };
  const doubles: OnnxModel = {
    ...model,
    graph: {
      ...model.graph,
      inputs: [{ ...input!, name: 'doubles', elementType: 'float64' }],
      nodes: [{ ...cast, attributes: new Map([['to', { type: 'int', value: 1 }]]) }, ...model.graph.nodes],
    },
  };
  expect(await compared(doubles)).toMatchObject({ ok: true });
});

it('names the layer of which a threshold is wrong', async () => {
  const result = await compared(model, (graph) => ({
    ...graph,
    parameters: new Map(
      [...graph.parameters].map(([name, values]) => [
        name,
        name === graph.nodes[0]?.inputs[2] ? values.map((each) => each - 1000) : values,
      ]),
    ),
  }));
  expect(result).toMatchObject({
    ok: false,
    diagnostics: [
      {
        code: 'verify/not-the-original',
        message: expect.stringContaining('MVAU_hls_0 makes other') as string,
      },
    ],
  });
});
