import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { lower } from '../../../finn/lower/lower.ts';
import type { OnnxModel } from '../../../onnx/model.ts';
import { readModel } from '../../../onnx/read.ts';

const golden = (name: string): OnnxModel =>
  readModel(readFileSync(new URL(`../../golden/mlp/${name}.onnx`, import.meta.url)));

/** The hardware graph of a model of which some tensors are annotated with a layout. */
function lowered(model: OnnxModel, layouts: { readonly [tensor: string]: string }): HardwareGraph {
  const annotations = new Map(model.graph.annotations);
  for (const [tensor, layout] of Object.entries(layouts))
    annotations.set(tensor, new Map([...(annotations.get(tensor) ?? []), ['tensor_layout', layout]]));
  return lower({ ...model, graph: { ...model.graph, annotations } }, 'xc7z020clg484-1', null).graph;
}

/** Layouts of the weights and thresholds, layer by layer. */
function parameterLayouts({ nodes, tensors }: HardwareGraph): readonly unknown[] {
  return nodes.flatMap((node) => node.inputs.slice(1).map((name) => tensors.get(name)!.layout));
}

/** What the first product of a model reads as its weights. */
function firstWeights({ graph }: OnnxModel): string {
  return graph.nodes.find(({ opType }) => opType === 'MatMul' || opType === 'Gemm')!.inputs[1]!;
}

test('weights have no layout if the model annotates none', () => {
  const layouts = parameterLayouts(lowered(golden('narrow-2bit'), {}));
  expect(layouts.length).toBeGreaterThan(2);
  expect(new Set(layouts)).toEqual(new Set([null]));
});

test.each(['narrow-2bit', 'bipolar', 'negative-batchnorm', 'transposed-weights'])(
  '%s: only annotated weights have a layout',
  (name) => {
    const model = golden(name);
    const layouts = parameterLayouts(lowered(model, { [firstWeights(model)]: "['C', 'N']" }));
    expect(layouts.filter((layout) => layout !== null)).toEqual([['C', 'N']]);
  },
);

test('weights transposed by a node have the layout after it', () => {
  const model = golden('transposed-weights');
  const transpose = model.graph.nodes.find(({ opType }) => opType === 'Transpose')!;
  const layouts = parameterLayouts(lowered(model, { [transpose.inputs[0]!]: "['C', 'N']" }));
  expect(new Set(layouts)).toEqual(new Set([null]));
});

test('weights transposed by a Gemm have no layout', () => {
  const model = golden('gemm-bias');
  const layouts = parameterLayouts(lowered(model, { [firstWeights(model)]: "['C', 'N']" }));
  expect(new Set(layouts)).toEqual(new Set([null]));
});

test('an input has its annotated layout, or the one for its number of dimensions', () => {
  const model = readModel(readFileSync(new URL('../../../examples/tfc-w2a2/model.onnx', import.meta.url)));
  const [input] = model.graph.inputs;
  const bare = { ...model, graph: { ...model.graph, annotations: withoutLayout(model, input!.name) } };
  const layoutOf = (graph: HardwareGraph): unknown => graph.tensors.get(graph.inputs[0]!)!.layout;
  expect(layoutOf(lowered(bare, {}))).toEqual(['N', 'C', 'H', 'W']);
  const graph = lowered(bare, { [input!.name]: "['N', 'H', 'W', 'C']" });
  expect(layoutOf(graph)).toEqual(['N', 'H', 'W', 'C']);
  expect(graph.tensors.get(graph.nodes[0]!.outputs[0]!)!.layout).toEqual(['N', 'C']);
});

test('a layout that is not a list is refused', () => {
  const model = golden('narrow-2bit');
  expect(() => lowered(model, { [model.graph.inputs[0]!.name]: 'NC' })).toThrow(/not a list of axes/);
});

function withoutLayout(model: OnnxModel, tensor: string): OnnxModel['graph']['annotations'] {
  const kept = [...(model.graph.annotations.get(tensor) ?? [])].filter(([key]) => key !== 'tensor_layout');
  return new Map([...model.graph.annotations, [tensor, new Map(kept)]]);
}
