import { describe, expect, test } from 'vitest';
import { prepare, run } from '../../../finn/execute/run.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import type { AttributeValue, HardwareGraph, Tensor } from '../../../finn/graph.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { nodeOf, ops } from '../../../finn/ops/index.ts';
import { misorderedWindows } from '../../../finn/ops/window-order.ts';
import { goldenChain, goldenNodes } from '../estimate/golden-chain.ts';
import { convolution, convs } from './convs.ts';

/** A graph of one node on one activation, followed by parameters. */
function single(
  opType: string,
  attributes: { readonly [name: string]: AttributeValue },
  tensors: { readonly input: Tensor; readonly output: Tensor },
  parameters: { readonly [name: string]: Tensor & { readonly values: readonly number[] } } = {},
): HardwareGraph {
  const names = Object.keys(parameters);
  return {
    nodes: [{ name: `${opType}_0`, opType, domain: '', inputs: ['x', ...names], outputs: ['y'], attributes }],
    tensors: new Map([['x', tensors.input], ['y', tensors.output], ...Object.entries(parameters)]),
    parameters: new Map(names.map((name) => [name, Float32Array.from(parameters[name]!.values)])),
    inputs: ['x'],
    outputs: ['y'],
  };
}

function tensor(shape: readonly number[], datatype: string): Tensor {
  return { shape, datatype, layout: null };
}

function viewOf(graph: HardwareGraph, changes: { readonly [name: string]: AttributeValue } = {}) {
  const [node] = graph.nodes;
  return nodeOf(graph, { ...node!, attributes: { ...node!.attributes, ...changes } });
}

const windows = single(
  'ConvolutionInputGenerator_rtl',
  {
    ConvKernelDim: [3, 3],
    IFMChannels: 6,
    IFMDim: [8, 8],
    OFMDim: [6, 6],
    SIMD: 6,
    Stride: [1, 1],
    Dilation: [1, 1],
    inputDataType: 'INT4',
    outputDataType: 'INT4',
  },
  { input: tensor([1, 8, 8, 6], 'INT4'), output: tensor([1, 6, 6, 54], 'INT4') },
);

const padding = single(
  'FMPadding_rtl',
  { ImgDim: [2, 2], Padding: [1, 0, 0, 1], NumChannels: 1, inputDataType: 'INT4' },
  { input: tensor([1, 2, 2, 1], 'INT4'), output: tensor([1, 3, 3, 1], 'INT4') },
);

const pooling = single(
  'Pool_hls',
  {
    Channels: 2,
    PE: 1,
    KernelSize: [1, 2],
    Function: 'AvgPool',
    OutImgDims: [1, 1],
    InputDataType: 'UINT4',
    OutputDataType: 'UINT4',
  },
  { input: tensor([1, 1, 1, 4], 'UINT4'), output: tensor([1, 1, 1, 2], 'UINT4') },
);

test('the random networks have every op except those that FINN makes only for floats or before them', () => {
  const used = new Set(convs.flatMap((name) => convolution(name).graph.nodes.map(({ opType }) => opType)));
  const specialised = Object.keys(ops).filter((opType) => /_(hls|rtl)$/.test(opType));
  expect(specialised.filter((opType) => !used.has(opType))).toEqual(['Reshape_rtl']);
});

describe('windows', () => {
  test('whole windows at a time need all channels, unless they are depthwise', () => {
    const legal = (changes: { readonly [name: string]: AttributeValue }) => {
      const { op, view } = viewOf(windows, changes);
      return op.legalValues(view);
    };
    expect(legal({})).toEqual({ SIMD: [1, 2, 3, 6], parallel_window: [0, 1] });
    expect(legal({ SIMD: 2 })).toEqual({ SIMD: [1, 2, 3, 6], parallel_window: [0] });
    expect(legal({ parallel_window: 1 })).toEqual({ SIMD: [6], parallel_window: [0, 1] });
    expect(legal({ SIMD: 2, parallel_window: 1, depthwise: 1 })).toEqual({
      SIMD: [1, 2, 3, 6],
      parallel_window: [0, 1],
    });
  });

  test.each(['dynamic_mode', 'M'])('%s cannot be switched on', (attribute) => {
    const folding = { ConvolutionInputGenerator_rtl_0: { [attribute]: 1 + Number(attribute === 'M') } };
    expect(() => applyFolding(windows, folding)).toThrow(`ConvolutionInputGenerator_rtl_0.${attribute}`);
  });

  test('an attribute that is not a pair is refused', () => {
    const { op, view } = viewOf(windows, { IFMDim: [8] });
    expect(() => op.inputShape(view, 0)).toThrow('has an attribute IFMDim that is not a pair of integers');
  });

  test('depthwise windows in other groups of channels than their reader expects are found', () => {
    expect(misorderedWindows(goldenChain(goldenNodes('cnv-w2a2')))).toEqual([
      { producer: 'ConvolutionInputGenerator_rtl_2', simd: 16, consumer: 'Pool_hls_0', pe: 64 },
      { producer: 'ConvolutionInputGenerator_rtl_5', simd: 8, consumer: 'Pool_hls_1', pe: 128 },
    ]);
    expect(misorderedWindows(goldenChain(goldenNodes('mobilenetv1-w4a4')))).toEqual([]);
  });
});

describe('padding', () => {
  test('zeros are where padding says: top, left, bottom, right', () => {
    const { data } = run(prepare(padding), { shape: [1, 2, 2, 1], data: Int32Array.of(1, 2, 3, 4) });
    expect([...data]).toEqual([0, 0, 0, 1, 2, 0, 3, 4, 0]);
  });

  test('values that cannot be zero are refused', () => {
    const bipolar = {
      ...padding,
      tensors: new Map(padding.tensors).set('x', tensor([1, 2, 2, 1], 'BIPOLAR')),
    };
    expect(() => minimiseBitWidths(bipolar)).toThrow(
      'FMPadding_rtl_0 pads with zeros, which BIPOLAR cannot hold',
    );
  });
});

describe('pooling', () => {
  test('an average that FINN does not round is refused', () => {
    expect(() => prepare(pooling)).toThrow(
      'Pool_hls_0 computes AvgPool, whose result in FINN is not an integer',
    );
  });

  test('an average keeps its datatype, a sum gets the one it needs', () => {
    const minimised = (kind: string) => {
      const { op, view } = viewOf(pooling, { Function: kind });
      return op.minimiseAccumulator!(view).attributes;
    };
    expect(minimised('MaxPool')).toBeUndefined();
    expect(minimised('QuantAvgPool')).toEqual({ AccumBits: 5 });
    expect(minimised('AvgPool')).toEqual({ AccumBits: 5, OutputDataType: 'UINT4' });
    expect(minimised('AccPool')).toEqual({ AccumBits: 5, OutputDataType: 'UINT5' });
  });
});

describe('a vector-vector unit', () => {
  const unit = single(
    'VVAU_hls',
    {
      PE: 1,
      SIMD: 1,
      Dim: [1, 1],
      Channels: 2,
      Kernel: [1, 2],
      inputDataType: 'BIPOLAR',
      weightDataType: 'BIPOLAR',
      outputDataType: 'UINT2',
      accDataType: 'UINT2',
      noActivation: 1,
    },
    { input: tensor([1, 1, 1, 4], 'BIPOLAR'), output: tensor([1, 1, 1, 2], 'UINT2') },
    { weights: { ...tensor([2, 1, 1, 2], 'BIPOLAR'), values: [1, -1, 1, 1] } },
  );

  test('counts the equal pairs of bipolar operands', () => {
    const { data } = run(prepare(unit), { shape: [1, 1, 1, 4], data: Int32Array.of(1, -1, -1, 1) });
    expect([...data]).toEqual([2, 1]);
  });

  test('is refused if it counts equal bits, which FINN does not define', () => {
    const [node] = unit.nodes;
    const nodes = [{ ...node!, attributes: { ...node!.attributes, binaryXnorMode: 1 } }];
    expect(() => prepare({ ...unit, nodes })).toThrow('VVAU_hls_0 (VVAU_hls) counts equal bits');
  });

  test('is refused with negative thresholds for its counts', () => {
    const [node] = unit.nodes;
    const thresholds = tensor([2, 1], 'INT2');
    const graph = {
      ...unit,
      nodes: [
        { ...node!, inputs: [...node!.inputs, 't'], attributes: { ...node!.attributes, noActivation: 0 } },
      ],
      tensors: new Map(unit.tensors).set('t', thresholds),
      parameters: new Map(unit.parameters).set('t', Float32Array.of(-1, 1)),
    };
    const { op, view } = viewOf(graph);
    expect(() => op.minimiseWeights!(view)).toThrow('VVAU_hls_0 counts equal pairs of two bipolar operands');
  });
});

describe('an elementwise layer', () => {
  const wide = (datatype: string) =>
    single(
      'ElementwiseMul_hls',
      {
        lhs_dtype: 'INT16',
        rhs_dtype: 'INT16',
        out_dtype: datatype,
        lhs_shape: [1, 1, 1, 2],
        rhs_shape: [1],
        out_shape: [1, 1, 1, 2],
        rhs_style: 'const',
      },
      { input: tensor([1, 1, 1, 2], 'INT16'), output: tensor([1, 1, 1, 2], datatype) },
      { constant: { ...tensor([1], 'INT16'), values: [3] } },
    );

  test('broadcasts a constant of one element', () => {
    const { data } = run(prepare(wide('INT32')), { shape: [1, 1, 1, 2], data: Int32Array.of(-7, 5) });
    expect([...data]).toEqual([-21, 15]);
  });

  test.each(['INT33', 'UINT32', 'FLOAT32'])('that computes in %s is refused', (datatype) => {
    expect(() => prepare(wide(datatype))).toThrow(`computes in ${datatype}; at most 32 bits can be executed`);
  });
});
