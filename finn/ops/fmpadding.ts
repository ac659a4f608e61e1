import { Refusal } from '../../onnx/refusal.ts';
import { allows, datatype, type Datatype } from '../datatype.ts';
import { elementCount } from '../tensor.ts';
import { commonAttributes, fromModel, integer, rtlAttributes } from './attributes.ts';
import { noResources, type NodeChange, type Op } from './op.ts';
import { divisors, fold } from './shapes.ts';
import type { NodeView } from './view.ts';

/** A frame of zeros round an image; `Padding` is top, left, bottom, right (FINN+ 1.6.1 `FMPadding`). */
export const fmPadding: Op = {
  attributes: {
    ImgDim: fromModel('integers'),
    Padding: fromModel('integers'),
    NumChannels: fromModel('integer'),
    SIMD: integer(1),
    inputDataType: fromModel('text'),
    numInputVectors: fromModel('integer', 1),
    ...commonAttributes,
  },
  inputShape: (node) => imageShape(node, node.pair('ImgDim')),
  outputShape,
  foldedInputShape: (node) => fold(imageShape(node, node.pair('ImgDim')), node.integer('SIMD')),
  foldedOutputShape: (node) => fold(outputShape(node), node.integer('SIMD')),
  inputStreamWidth: paddedStreamWidth,
  outputStreamWidth: paddedStreamWidth,
  legalValues: (node) => ({ SIMD: divisors(node.integer('NumChannels')) }),
  cycles: (node) => paddedCycles(node, outputShape(node)),
  resources: () => noResources,
  counts: () => ({}),
  inferDatatypes: inferPaddedDatatype,
  prepare: (node) => {
    paddedDatatype(node, node.text('inputDataType'));
    const shape = outputShape(node);
    const [height, width] = node.pair('ImgDim');
    const [top = 0, left = 0] = node.integers('Padding');
    const channels = node.integer('NumChannels');
    const line = width * channels;
    const paddedLine = shape[2]! * channels;
    return ({ data }) => {
      const padded = new Int32Array(elementCount(shape));
      for (let row = 0; row < height; row += 1) {
        padded.set(data.subarray(row * line, (row + 1) * line), (top + row) * paddedLine + left * channels);
      }
      return { shape, data: padded };
    };
  },
};

/** `FMPadding_rtl`. */
export const fmPaddingRtl: Op = {
  ...fmPadding,
  attributes: {
    // FINN can make other image sizes loadable at run time; nothing here would load them.
    dynamic_mode: integer(0, [0]),
    ...fmPadding.attributes,
    ...rtlAttributes,
  },
};

/** The shape of one image of `NumChannels` channels. */
export function imageShape(node: NodeView, size: readonly [number, number]): readonly number[] {
  return [1, ...size, node.integer('NumChannels')];
}

/** A cycle for each stream word that leaves. */
export function paddedCycles(node: NodeView, output: readonly number[]): number {
  return (elementCount(output) / node.integer('SIMD')) * node.integer('numInputVectors');
}

/** The bits of a stream word. */
export function paddedStreamWidth(node: NodeView): number {
  return node.integer('SIMD') * paddedDatatype(node, node.text('inputDataType')).bits;
}

/** Takes over the input's datatype and hands it on; refuses one that cannot hold the zeros that are added. */
export function inferPaddedDatatype(node: NodeView): NodeChange {
  const { name } = paddedDatatype(node, node.input(0).datatype);
  return { attributes: { inputDataType: name }, datatypes: { [node.node.outputs[0]!]: name } };
}

/** The datatype of a name; refuses one that cannot hold the zeros that are added. */
export function paddedDatatype(node: NodeView, name: string): Datatype {
  const type = datatype(name);
  if (allows(type, 0)) return type;
  throw new Refusal(
    'finn/padding',
    `${node.node.name} pads with zeros, which ${name} cannot hold`,
    'quantise what is padded to two bits or more, or pad nothing',
  );
}

function outputShape(node: NodeView): readonly number[] {
  const [height, width] = node.pair('ImgDim');
  const [top = 0, left = 0, bottom = 0, right = 0] = node.integers('Padding');
  return imageShape(node, [top + height + bottom, left + width + right]);
}
