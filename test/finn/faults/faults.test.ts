import { describe, expect, test } from 'vitest';
import type { HardwareFault } from '../../../finn/faults/index.ts';
import { hardwareFaults } from '../../../finn/faults/index.ts';
import type { CutPlan } from '../../integration/rig/rtl/faulty.ts';
import { cut, product } from '../../integration/rig/rtl/faulty.ts';
import type { Tensor } from '../../../finn/graph.ts';
import { goldenChain, goldenNodes } from '../estimate/golden-chain.ts';

const parallel = { parallel_window: 1 };
const inHls = 'set its preferred_impl_style to "hls" in the specialize file of finn/preprocess';
const otherNetwork = 'change the kernel or the stride in the network: no folding helps';

test.each(['tfc-w2a2', 'cnv-w2a2', 'mobilenetv1-w4a4'])('the example %s has none', (name) => {
  expect(hardwareFaults(goldenChain(goldenNodes(name)))).toEqual([]);
});

describe('the operands of an MVAU_rtl', () => {
  const faultOf = (input: string, weights: readonly number[]) => {
    const found = hardwareFaults(product({ input, weights }));
    for (const { layer, remedy } of found)
      expect({ layer, remedy }).toEqual({ layer: 'MVAU_rtl_0', remedy: inHls });
    return found.map(({ fault }) => fault);
  };

  test('are fine with a negative weight and wide sums', () => {
    expect(faultOf('UINT4', [1, -7, 3, 2])).toEqual([]);
    expect(faultOf('INT4', [1, -7, 3, 2])).toEqual([]);
  });

  test('may not be weights of which none is negative', () => {
    expect(faultOf('UINT4', [1, 7, 3, 2])).toEqual([
      'has no negative weight, so FINN makes its weights UINT3, but its RTL reads them as signed: results are wrong',
    ]);
  });

  test('may not have sums narrower than a product', () => {
    expect(faultOf('UINT4', [-1, 1])).toEqual([
      'has sums of INT5, but its RTL requires the 6 bits of a product of INT2 and UINT4',
    ]);
    // A signed input takes a bit less.
    expect(faultOf('INT5', [-1, 1])).toEqual([]);
  });

  test('may not be -1 and 1 in RTL', () => {
    expect(faultOf('UINT4', [-1, -1])).toEqual(['has weights of BIPOLAR, but its RTL requires 2 bits']);
  });

  test.each(['MVAU_rtl', 'MVAU_hls'])('may not be 0 and 1, or -1 and 0 as weights: %s', (opType) => {
    const remedy = 'train it with two bits, or with the values -1 and 1';
    const faults = (input: string, weights: readonly number[]) =>
      hardwareFaults(product({ input, weights, opType }));
    const layer = `${opType}_0`;
    expect(faults('BINARY', [-3, 1, 0])).toEqual([
      { layer, fault: 'has inputs of 0 and 1, which FINN does not build', remedy },
    ]);
    expect(faults('UINT4', [0, 1, 0])).toEqual([
      { layer, fault: 'has weights of 0 and 1, which FINN does not build', remedy },
    ]);
    expect(faults('UINT4', [0, -1, 0])).toEqual([
      {
        layer,
        fault: 'has weights of -1 and 0, which FINN takes for -1 and 1 and then refuses to build',
        remedy,
      },
    ]);
  });

  test('may be anything else in HLS', () => {
    const faults = (input: string, weights: readonly number[]) =>
      hardwareFaults(product({ input, weights, opType: 'MVAU_hls' }));
    expect(faults('UINT4', [1, 7, 3, 2])).toEqual([]);
    expect(faults('UINT4', [-1, 1])).toEqual([]);
    expect(faults('BIPOLAR', [-1, -1])).toEqual([]);
  });
});

describe('the windows of a ConvolutionInputGenerator_rtl', () => {
  const faultOf = (plan: CutPlan): readonly Omit<HardwareFault, 'layer'>[] =>
    hardwareFaults(cut(plan)).map(({ layer, ...found }) => {
      expect(layer).toBe('ConvolutionInputGenerator_rtl_0');
      return found;
    });

  test('are fine where they cover more than half of each axis', () => {
    expect(faultOf({ image: [7, 7], kernel: [3, 3], stride: [2, 2] })).toEqual([]);
    expect(faultOf({ image: [5, 5], kernel: [3, 3] })).toEqual([]);
    expect(faultOf({ image: [6, 6], kernel: [3, 3], attributes: parallel })).toEqual([]);
  });

  test.each([
    ['pixels of an image of two', { image: [2, 2], kernel: [1, 1], stride: [2, 2], channels: 4 }],
    ['columns of an image of two', { image: [5, 2], kernel: [3, 1], stride: [1, 2] }],
  ] as const)('may not cover half of an axis: %s', (_, plan) => {
    expect(faultOf(plan)).toEqual([
      {
        fault:
          'covers half of an axis of its image or less, and FINN miscounts the rest: results are wrong or missing',
        remedy: otherNetwork,
      },
    ]);
  });

  test.each([
    [
      'all of the image, whole',
      { image: [3, 3], kernel: [3, 3], attributes: parallel },
      'set its parallel_window to 0',
    ],
    ['an image of two words', { image: [1, 2], kernel: [1, 2] }, otherNetwork],
    ['a pixel', { image: [1, 1], kernel: [1, 1], channels: 4, attributes: { SIMD: 4 } }, 'set its SIMD to 1'],
  ] as const)('may not be too few for the counters: %s', (_, plan, remedy) => {
    expect(faultOf(plan)).toEqual([
      {
        fault:
          'has too few positions and groups of channels for the counters that FINN generates, which then fails',
        remedy,
      },
    ]);
  });

  test('may not be further apart than their buffer holds, unless they come whole', () => {
    const plan: CutPlan = { image: [9, 9], kernel: [1, 2], stride: [3, 3], channels: 2 };
    const fault = 'has windows further apart than its buffer holds, which FINN refuses to build';
    expect(faultOf(plan)).toEqual([{ fault, remedy: 'set its SIMD to 2 and its parallel_window to 1' }]);
    expect(faultOf({ ...plan, attributes: { SIMD: 2, ...parallel } })).toEqual([]);
    expect(faultOf({ ...plan, kernel: [2, 2] })).toEqual([]);
  });

  test('may not keep less than two words of a line, if they come whole', () => {
    const fault =
      'keeps at most one word of a line between its windows, and the RTL of such a line buffer is wrong: so are results';
    const plan: CutPlan = { image: [6, 4], kernel: [3, 3], attributes: parallel };
    expect(faultOf(plan)).toEqual([{ fault, remedy: 'set its parallel_window to 0' }]);
    expect(faultOf({ ...plan, image: [6, 3] })).toEqual([{ fault, remedy: 'set its parallel_window to 0' }]);
    expect(faultOf({ ...plan, image: [6, 5] })).toEqual([]);
    const depthwise = { depthwise: 1, ...parallel };
    expect(faultOf({ ...plan, channels: 2, attributes: { ...depthwise, SIMD: 2 } })).toEqual([
      { fault, remedy: 'set its SIMD to 1' },
    ]);
    expect(faultOf({ ...plan, channels: 2, attributes: depthwise })).toEqual([]);
    expect(faultOf({ ...plan, attributes: {} })).toEqual([]);
  });

  test('may not have a stride larger than the image', () => {
    expect(faultOf({ image: [1, 9], kernel: [1, 3], stride: [2, 2] })).toEqual([
      { fault: 'has a stride larger than its image, which FINN refuses to build', remedy: otherNetwork },
    ]);
  });
});

describe('an average', () => {
  const pool = goldenNodes('mobilenetv1-w4a4').find(({ op_type }) => op_type === 'Pool_hls')!;
  const faultsOf = (attributes: object) =>
    hardwareFaults(goldenChain([{ ...pool, attributes: { ...pool.attributes, ...attributes } }]));

  test('is fine if it drops what the software drops', () => {
    expect(faultsOf({})).toEqual([]);
  });

  test('may not drop fewer bits in hardware than in software', () => {
    const { Size: bits } = pool.attributes as { readonly Size: number };
    expect(faultsOf({ Size: bits - 1 })).toMatchObject([
      {
        layer: 'Pool_hls_0',
        fault: `drops ${bits - 1} bits of its sums in hardware, but ${bits} in software`,
      },
    ]);
  });
});

// FINN+ 1.6.1 `InsertFIFO`, asked in the integration test of foldings for a rate.
describe('a StreamingSplit', () => {
  const faultsOf = (sizes: readonly number[]) => {
    const pixels = (channels: number): Tensor => ({
      shape: [1, 2, 2, channels],
      datatype: 'UINT4',
      layout: null,
    });
    const outputs = sizes.map((_, index) => `part${index}`);
    return hardwareFaults({
      nodes: [
        {
          ...{ name: 'StreamingSplit_hls_0', opType: 'StreamingSplit_hls' },
          domain: 'finn.custom_op.fpgadataflow.hls',
          ...{ inputs: ['x'], outputs },
          attributes: {
            SIMD: 1,
            ChannelsPerStream: sizes,
            inputDataType: 'UINT4',
            numInputVectors: [1, 2, 2],
          },
        },
      ],
      tensors: new Map([
        ['x', pixels(sizes.reduce((sum, size) => sum + size))],
        ...outputs.map((name, index) => [name, pixels(sizes[index]!)] as const),
      ]),
      parameters: new Map(),
      ...{ inputs: ['x'], outputs },
    });
  };

  test('is fine with equal parts', () => {
    expect(faultsOf([4, 4])).toEqual([]);
  });

  test('may not have others', () => {
    expect(faultsOf([4, 2])).toEqual([
      {
        layer: 'StreamingSplit_hls_0',
        fault: 'splits channels into parts of 4, 2, and FINN inserts FIFOs behind equal parts only',
        remedy: 'split the channels into equal parts',
      },
    ]);
  });
});
