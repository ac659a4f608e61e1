import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkHardware } from '../../../finn/dialect/check/index.ts';
import type { AttributeValue, HardwareGraph, Tensor } from '../../../finn/graph.ts';
import { diagnosticsOf } from '../../../base/refusal.ts';
import { valueRange } from '../../../finn/ops/ranges.ts';
import { golden, readGraph } from '../network.ts';
import { convolution } from '../ops/convs.ts';

const tfc = readGraph(join(golden, 'tfc-w2a2', 'dataflow.onnx'));

/** A golden network that has a layer of this name. */
function networkWith(layer: string): HardwareGraph {
  if (tfc.nodes.some(({ name }) => name === layer)) return tfc;
  const names = ['network0', 'network1', 'network2', 'network4', 'network13', 'network15'];
  return names
    .map((name) => convolution(name).graph)
    .find(({ nodes }) => nodes.some(({ name }) => name === layer))!;
}

function withNode(graph: HardwareGraph, layer: string, changed: Partial<HardwareGraph['nodes'][number]>) {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => (node.name === layer ? { ...node, ...changed } : node)),
  };
}

function withAttributes(layer: string, changes: { readonly [name: string]: AttributeValue }): HardwareGraph {
  const graph = networkWith(layer);
  const { attributes } = graph.nodes.find(({ name }) => name === layer)!;
  return withNode(graph, layer, { attributes: { ...attributes, ...changes } });
}

function withTensor(graph: HardwareGraph, name: string, changes: Partial<Tensor>): HardwareGraph {
  return {
    ...graph,
    tensors: new Map([...graph.tensors, [name, { ...graph.tensors.get(name)!, ...changes }]]),
  };
}

function check(graph: HardwareGraph): void {
  checkHardware(graph, new Map([...graph.parameters].map(([name, values]) => [name, valueRange(values)])));
}

/** The refusal of a graph, without its code, which is the same for all. */
function complaints(
  graph: HardwareGraph,
): readonly { readonly message: string; readonly hint: string | undefined }[] {
  try {
    check(graph);
  } catch (error) {
    return diagnosticsOf(error).map(({ code, message, hint }) => {
      expect(code).toBe('dialect/illegal');
      return { message, hint };
    });
  }
  return [];
}

describe('values of attributes', () => {
  test.each<readonly [string, { readonly [name: string]: AttributeValue }, string, string]>([
    ['MVAU_hls_0', { PE: 3 }, 'cannot have PE 3', 'legal values are 1, 2, 4, 8, 16, 32, 64'],
    ['MVAU_hls_0', { PE: 0 }, 'cannot have PE 0', 'legal values are 1, 2, 4, 8, 16, 32, 64'],
    ['MVAU_hls_0', { PE: '4' }, 'cannot have PE "4"', 'legal values are integers'],
    [
      'MVAU_hls_0',
      { ram_style: 'big' },
      'cannot have ram_style "big"',
      'legal values are auto, block, distributed, ultra',
    ],
    [
      'MVAU_hls_0',
      { mem_mode: 'const' },
      'cannot have mem_mode "const"',
      'legal values are internal_embedded, internal_decoupled',
    ],
    ['MVAU_hls_0', { mlo_max_iter: 2 }, 'cannot have mlo_max_iter 2', 'legal values are 0'],
    ['MVAU_hls_0', { bodies: 1 }, 'cannot have bodies 1', 'legal values are 0'],
    ['MVAU_hls_0', { noActivation: 2 }, 'cannot have noActivation 2', 'legal values are 0, 1'],
    [
      'MVAU_hls_0',
      { accDataType: 'INT99' },
      'cannot have accDataType "INT99"',
      'legal values are INT1 to INT64, UINT1 to UINT64, BINARY, BIPOLAR, TERNARY or FLOAT32',
    ],
    ['MVAU_hls_0', { simd: 4 }, 'has no attribute simd', 'did you mean SIMD?'],
    ['ConvolutionInputGenerator_rtl_0', { M: 2 }, 'cannot have M 2', 'legal values are 1'],
    [
      'ConvolutionInputGenerator_rtl_0',
      { dynamic_mode: 1 },
      'cannot have dynamic_mode 1',
      'legal values are 0',
    ],
    ['FMPadding_rtl_0', { numInputVectors: 2 }, 'cannot have numInputVectors 2', 'legal values are 1'],
    ['Pool_hls_0', { BatchSize: 2 }, 'cannot have BatchSize 2', 'legal values are 1'],
    ['UpsampleNearestNeighbour_hls_0', { batchSize: 2 }, 'cannot have batchSize 2', 'legal values are 1'],
    ['StreamingConcat_hls_0', { SIMD: 7 }, 'cannot have SIMD 7', 'legal values are 1'],
    ['StreamingSplit_hls_0', { SIMD: 7 }, 'cannot have SIMD 7', 'legal values are 1'],
  ])('%s with %o', (layer, changes, what, hint) => {
    const opType = layer.replace(/_\d+$/, '');
    expect(complaints(withAttributes(layer, changes))).toEqual([
      { message: `${layer} (${opType}) ${what}`, hint: expect.stringContaining(hint) as string },
    ]);
  });

  test('a required attribute that is missing', () => {
    const { MW: _none, ...attributes } = tfc.nodes.find(({ name }) => name === 'MVAU_hls_1')!.attributes;
    expect(complaints(withNode(tfc, 'MVAU_hls_1', { attributes }))).toEqual([
      { message: 'MVAU_hls_1 (MVAU_hls) lacks the attribute MW', hint: 'FINN requires it' },
    ]);
  });

  test('whole windows of a plain convolution with some of the channels', () => {
    const { graph } = convolution('network4');
    const layer = 'ConvolutionInputGenerator_rtl_0';
    const { attributes } = graph.nodes.find(({ name }) => name === layer)!;
    const plain = { ...attributes, depthwise: 0, SIMD: 1 };
    expect(complaints(withNode(graph, layer, { attributes: { ...plain, parallel_window: 0 } }))).toEqual([]);
    const whole = { ...plain, parallel_window: 1 };
    expect(complaints(withNode(graph, layer, { attributes: whole }))[0]!.message).toContain(
      'cannot have SIMD 1',
    );
  });

  test('of several layers, the first problem of each', () => {
    const both = withNode(withAttributes('MVAU_hls_0', { PE: 3, SIMD: 5 }), 'MVAU_hls_1', {
      attributes: { ...tfc.nodes.find(({ name }) => name === 'MVAU_hls_1')!.attributes, SIMD: 7 },
    });
    expect(complaints(both).map(({ message }) => message)).toEqual([
      'MVAU_hls_0 (MVAU_hls) cannot have PE 3',
      'MVAU_hls_1 (MVAU_hls) cannot have SIMD 7',
    ]);
  });
});

describe('geometry', () => {
  const windows = 'ConvolutionInputGenerator_rtl_0';
  const given = networkWith(windows).nodes.find(({ name }) => name === windows)!.attributes;
  const [height, width] = given['OFMDim'] as readonly [number, number];

  test('windows of which more are stated than fit', () => {
    const { message } = complaints(withAttributes(windows, { OFMDim: [height + 1, width] }))[0]!;
    expect(message).toContain(`has OFMDim [${height + 1}, ${width}], but ${height} x ${width} windows`);
  });

  test('windows that are larger than their image', () => {
    const { message } = complaints(withAttributes(windows, { IFMDim: [1, 1], ConvKernelDim: [3, 3] }))[0]!;
    expect(message).toContain('but 0 x 0 windows of 3 x 3 pixels fit into 1 x 1');
  });

  test.each<readonly [string, { readonly [name: string]: AttributeValue }, string]>([
    [windows, { Stride: [0, 1] }, 'has Stride [0, 1]'],
    [windows, { ConvKernelDim: [-1, -1] }, 'has ConvKernelDim [-1, -1]'],
    ['FMPadding_rtl_0', { Padding: [1, 1] }, 'has Padding [1, 1] instead of four numbers from 0'],
    [
      'FMPadding_rtl_0',
      { Padding: [0, -1, 0, 1] },
      'has Padding [0, -1, 0, 1] instead of four numbers from 0',
    ],
    ['FMPadding_Pixel_hls_0', { Stride: [0, 1] }, 'has Stride [0, 1]'],
    ['Pool_hls_0', { KernelSize: [0, 2] }, 'has KernelSize [0, 2]'],
    [
      'Reshape_rtl_0',
      { out_shape: [1, 783] },
      'makes [1, 783] of [1, 1, 28, 28], which has another number of elements',
    ],
    ['LabelSelect_hls_0', { K: 0 }, 'selects 0 of'],
    ['LabelSelect_hls_0', { outputDataType: 'UINT2' }, 'numbers 10 labels with UINT2'],
    ['DuplicateStreams_hls_0', { NumOutputStreams: 7 }, 'outputs'],
    ['StreamingConcat_hls_0', { inputDataTypes: ['INT4'] }, 'and 1 in inputDataTypes'],
    ['ElementwiseAdd_hls_0', { out_shape: [1, 3, 1000] }, 'makes [1, 3, 1000] of'],
  ])('%s with %o', (layer, changes, what) => {
    expect(complaints(withAttributes(layer, changes))[0]!.message).toContain(what);
  });

  test('an image that does not become blocks of one size', () => {
    const layer = 'UpsampleNearestNeighbour_hls_0';
    const { HI } = networkWith(layer).nodes.find(({ name }) => name === layer)!.attributes as { HI: number };
    expect(complaints(withAttributes(layer, { HO: 2 * HI + 1 }))[0]!.message).toContain(
      'which are not blocks of one size',
    );
  });
});

describe('tensors', () => {
  const mvau = tfc.nodes.find(({ name }) => name === 'MVAU_hls_1')!;
  const [input, weights, thresholds] = mvau.inputs as [string, string, string];
  const message = (graph: HardwareGraph): string => complaints(graph)[0]!.message;

  test('a shape that neither its maker nor its reader gives it', () => {
    expect(complaints(withTensor(tfc, input, { shape: [1, 65] })).map((one) => one.message)).toEqual([
      `MVAU_hls_0 (MVAU_hls) makes ${input} of shape [1, 65], but its attributes say [1, 64]`,
      `MVAU_hls_1 (MVAU_hls) reads ${input} of shape [1, 65], but its attributes say [1, 64]`,
    ]);
  });

  test('a shape of another rank', () => {
    expect(message(withTensor(tfc, input, { shape: [1, 8, 8] }))).toContain(
      '[1, 8, 8], but its attributes say [1, 64]',
    );
  });

  test('an image that a dense layer reads as a vector, without a layer between them, is legal', () => {
    const [image] = tfc.inputs as [string];
    const flat = tfc.nodes.filter(({ opType }) => opType !== 'Reshape_rtl');
    const [first, ...others] = flat;
    const nodes = [{ ...first!, inputs: [image, ...first!.inputs.slice(1)] }, ...others];
    expect(complaints({ ...tfc, nodes })).toEqual([]);
  });

  test('weights of another shape than the attributes', () => {
    expect(message(withAttributes('MVAU_hls_1', { MW: 32, SIMD: 1 }))).toContain(
      `reads ${input} of shape [1, 64]`,
    );
    expect(message(withTensor(tfc, weights, { shape: [32, 128] }))).toContain(
      `reads ${weights} of shape [32, 128]`,
    );
  });

  test('thresholds for another number of channels', () => {
    const { shape } = tfc.tensors.get(thresholds)!;
    expect(message(withTensor(tfc, thresholds, { shape: [2, shape[1]!] }))).toContain(
      `[64, ${shape[1]}] or [1, ${shape[1]}]`,
    );
  });

  test('a layer without its thresholds', () => {
    expect(complaints(withNode(tfc, 'MVAU_hls_1', { inputs: [input, weights] }))).toEqual([
      { message: 'MVAU_hls_1 (MVAU_hls) has 2 inputs', hint: 'it requires 3' },
    ]);
  });

  test('weights that are a stream', () => {
    const parameters = new Map(tfc.parameters);
    parameters.delete(weights);
    expect(message({ ...tfc, parameters })).toBe(
      'MVAU_hls_1 (MVAU_hls) reads input 1 as a stream, which must be a constant',
    );
  });

  test('a datatype that the next layer does not expect', () => {
    expect(message(withTensor(tfc, input, { datatype: 'INT3' }))).toMatch(
      /MVAU_hls_0 .* makes \w+, but .* is INT3/,
    );
    expect(message(withAttributes('MVAU_hls_1', { inputDataType: 'INT7' }))).toBe(
      `MVAU_hls_1 (MVAU_hls) has inputDataType INT7, but its inputs are ${tfc.tensors.get(input)!.datatype}`,
    );
  });

  test('weights that do not fit their datatype', () => {
    const parameters = new Map([...tfc.parameters, [weights, tfc.parameters.get(weights)!.map(() => 5)]]);
    expect(complaints({ ...tfc, parameters })).toEqual([
      {
        message: 'MVAU_hls_1 (MVAU_hls) holds values from 5 to 5 as INT2 at input 1',
        hint: 'INT2 holds -2 to 1',
      },
    ]);
  });

  test('a batch of several images', () => {
    expect(complaints(withTensor(tfc, tfc.inputs[0]!, { shape: [4, 1, 28, 28] }))).toEqual([
      { message: `the input ${tfc.inputs[0]!} has a batch of 4`, hint: 'export the model with a batch of 1' },
    ]);
  });
});

test('a layer that is not specialised', () => {
  expect(complaints(withNode(tfc, 'MVAU_hls_1', { opType: 'MVAU' }))).toEqual([
    {
      message: 'MVAU_hls_1 (MVAU) is neither HLS nor RTL yet',
      hint: 'let the steps of finn/preprocess end with step_specialize_layers',
    },
  ]);
});

test('an unknown layer is refused for what it is', () => {
  const graph = withNode(tfc, 'MVAU_hls_1', { opType: 'LayerNorm_hls' });
  expect(() => {
    check(graph);
  }).toThrow(expect.objectContaining({ code: 'finn/unknown-op' }));
});
