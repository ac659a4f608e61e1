import { argMax, batchNormalization, relu, topK } from './activation.ts';
import { add, commutative, rightHanded } from './affine.ts';
import { concat } from './concat.ts';
import { conv } from './convolution.ts';
import { gemm, matMul } from './matmul.ts';
import { averagePool, globalAveragePool, maxPool, trunc } from './pool.ts';
import { bipolarQuant, quant } from './quant.ts';
import { split } from './split.ts';
import { flatten, identity, reshape, transpose } from './shape.ts';
import type { ImportRule } from './source.ts';
import { upsample } from './upsample.ts';

/** What the embedded front end makes of an operator; docs/models.md is written from it. */
export interface OperatorEntry {
  readonly rule: ImportRule;
  /** Under which conditions. */
  readonly when: string;
  readonly becomes: string;
  /** What FINN+ 1.6.1 does, if it is not the same. */
  readonly finn: string;
  /** A network of test/golden/ that has it. */
  readonly example: string;
}

const same = 'the same';

/** ONNX's operators. */
export const standard: { readonly [op: string]: OperatorEntry } = {
  Add: {
    rule: add,
    when: 'of a constant; or of two branches of one shape that are quantised with one scale',
    becomes:
      'part of the next thresholds, an elementwise layer if it is of integers, host arithmetic at the end; branches: `ElementwiseAdd`',
    finn: 'the same with the preset `residual`; the default steps join branches of scale 1 only',
    example: 'branches/one-quantiser-without-a-sign.onnx',
  },
  ArgMax: {
    rule: argMax,
    when: 'over the last axis, the first of equal values',
    becomes: '`LabelSelect`; on the host over other axes or behind float arithmetic',
    finn: 'on the host; a step of ours makes a TopK of it',
    example: '',
  },
  AveragePool: {
    rule: averagePool,
    when: 'square, with equal strides, without padding, and a `Trunc` behind it',
    becomes: '`Pool` of sums without their lowest bits',
    finn: same,
    example: 'cnns/image36.onnx',
  },
  BatchNormalization: {
    rule: batchNormalization,
    when: 'in front of a quantiser; at the end on the host',
    becomes: 'part of the thresholds',
    finn: same,
    example: 'mlp/negative-batchnorm.onnx',
  },
  Concat: {
    rule: concat,
    when: 'of channels, all quantised with one scale',
    becomes: '`StreamingConcat`',
    finn: 'the same with the preset `residual`',
    example: 'branches/two-branches-side-by-side.onnx',
  },
  Conv: {
    rule: conv,
    when: 'of lines or images, by quantised weights; one group, or one per channel with as many outputs as inputs',
    becomes: '`ConvolutionInputGenerator` and `MVAU` or `VVAU`, with `FMPadding` if it pads',
    finn: same,
    example: 'cnns/image14.onnx',
  },
  Div: {
    rule: rightHanded,
    when: 'by a constant',
    becomes: 'part of the next thresholds, host arithmetic at the end',
    finn: same,
    example: 'mlp/affine-chain.onnx',
  },
  Dropout: { rule: identity, when: 'always', becomes: 'nothing', finn: same, example: '' },
  Flatten: {
    rule: flatten,
    when: 'between an image and a matrix product; at the ends on the host',
    becomes: 'another order of the weights',
    finn: same,
    example: 'mlp/flatten-on-host.onnx',
  },
  Gemm: {
    rule: gemm,
    when: 'with quantised weights, alpha and beta of 1',
    becomes: '`MVAU`',
    finn: same,
    example: 'mlp/gemm-bias.onnx',
  },
  GlobalAveragePool: {
    rule: globalAveragePool,
    when: 'of an image that is quantised with one scale; also `ReduceMean` over height and width',
    becomes: '`GlobalAccPool`, with the division in what follows',
    finn: 'the same with the preset `residual`; float by the default steps',
    example: 'branches/the-mean-of-the-image-before-the-scores.onnx',
  },
  Identity: { rule: identity, when: 'always', becomes: 'nothing', finn: same, example: '' },
  MatMul: {
    rule: matMul,
    when: 'with quantised weights',
    becomes: '`MVAU`',
    finn: same,
    example: 'mlp/ends-in-matmul.onnx',
  },
  MaxPool: {
    rule: maxPool,
    when: 'with whole windows (no `ceil_mode` that matters), without dilation, the stride at most the kernel',
    becomes: '`ConvolutionInputGenerator` and `Pool`',
    finn: 'the same, but windows beyond the edge come out wrong; they are refused',
    example: 'branches/a-shortcut-of-one-pixel-with-stride-2-behind-a-max-pool.onnx',
  },
  Mul: {
    rule: commutative,
    when: 'by a constant',
    becomes: 'part of the next thresholds, host arithmetic at the end',
    finn: same,
    example: 'mlp/affine-chain.onnx',
  },
  Relu: {
    rule: relu,
    when: 'in front of a `Quant` without a sign; at the end on the host',
    becomes: 'part of the thresholds',
    finn: same,
    example: 'mlp/relu-8bit.onnx',
  },
  Reshape: {
    rule: reshape,
    when: 'to a constant shape',
    becomes: 'another order of the weights, `Reshape`, or nothing; at the ends on the host',
    finn: same,
    example: 'branches/a-block-on-lines.onnx',
  },
  Resize: {
    rule: upsample,
    when: 'that repeats pixels a whole number of times',
    becomes: '`UpsampleNearestNeighbour`',
    finn: 'the same with the preset `residual`',
    example: 'branches/a-smaller-image-that-is-enlarged-again-beside-itself.onnx',
  },
  Split: {
    rule: split,
    when: 'of channels, quantised with one scale; also `Slice`s of one tensor that make up the whole (`torch.chunk`); at the end on the host',
    becomes: '`StreamingSplit`',
    finn: 'the same with the preset `residual`; hardware of equal parts only, others are refused before a synthesis',
    example: 'branches/half-of-the-channels-past-two-layers.onnx',
  },
  Sub: {
    rule: rightHanded,
    when: 'of a constant',
    becomes: 'part of the next thresholds, host arithmetic at the end',
    finn: same,
    example: 'mlp/affine-chain.onnx',
  },
  TopK: {
    rule: topK,
    when: 'of the largest along the last axis, whose values are not used',
    becomes: '`LabelSelect`; on the host otherwise, or behind float arithmetic',
    finn: same,
    example: 'mlp/top-3.onnx',
  },
  Transpose: {
    rule: transpose,
    when: 'of quantised weights; of images at the ends on the host',
    becomes: 'another order of the weights',
    finn: 'the same; inside a network FINN makes a `Shuffle` of it, which is refused',
    example: 'mlp/transposed-weights.onnx',
  },
  Upsample: {
    rule: upsample,
    when: 'that repeats pixels a whole number of times',
    becomes: '`UpsampleNearestNeighbour`',
    finn: 'the same with the preset `residual`',
    example: '',
  },
};

/** QONNX's operators, for which exporters have used several domains. */
export const quantisers: { readonly [op: string]: OperatorEntry } = {
  BipolarQuant: {
    rule: bipolarQuant,
    when: 'with scale 1 for activations, any scale for weights',
    becomes: 'thresholds, or weights of -1 and 1',
    finn: same,
    example: 'mlp/bipolar.onnx',
  },
  Quant: {
    rule: quant,
    when: 'of 1 to 8 bits with zero point 0, rounded to the nearest; per channel for weights, and for activations in front of depthwise convolutions',
    becomes: 'thresholds inside a layer or `Thresholding`; for weights their integers',
    finn: 'the same; above 8 bits FINN has a `Requant`',
    example: 'mlp/full-range.onnx',
  },
  Trunc: {
    rule: trunc,
    when: 'behind an `AveragePool`, rounding down',
    becomes: 'part of its `Pool`',
    finn: same,
    example: 'cnns/image36.onnx',
  },
};
