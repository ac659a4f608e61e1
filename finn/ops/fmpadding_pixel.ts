import { elementCount } from '../tensor.ts';
import { commonAttributes, fromModel, hlsAttributes, integer } from './attributes.ts';
import {
  imageShape,
  inferPaddedDatatype,
  paddedCycles,
  paddedDatatype,
  paddedStreamWidth,
} from './fmpadding.ts';
import { noResources, type Op } from './op.ts';
import { divisors, fold } from './shapes.ts';
import type { NodeView } from './view.ts';

/** Zeros between the pixels of an image, as a transposed convolution needs them (FINN+ 1.6.1 `FMPadding_Pixel`). */
export const fmPaddingPixel: Op = {
  attributes: {
    ImgDim: fromModel('integers'),
    Stride: fromModel('integers'),
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
    const [strideHeight, strideWidth] = node.pair('Stride');
    const channels = node.integer('NumChannels');
    return ({ data }) => {
      const padded = new Int32Array(elementCount(shape));
      for (let pixel = 0; pixel < height * width; pixel += 1) {
        const row = Math.floor(pixel / width) * strideHeight;
        const column = (pixel % width) * strideWidth;
        const to = (row * shape[2]! + column) * channels;
        padded.set(data.subarray(pixel * channels, (pixel + 1) * channels), to);
      }
      return { shape, data: padded };
    };
  },
};

/** `FMPadding_Pixel_hls`. */
export const fmPaddingPixelHls: Op = {
  ...fmPaddingPixel,
  attributes: { ...fmPaddingPixel.attributes, ...hlsAttributes },
};

function outputShape(node: NodeView): readonly number[] {
  const [height, width] = node.pair('ImgDim');
  const [strideHeight, strideWidth] = node.pair('Stride');
  return imageShape(node, [(height - 1) * strideHeight + 1, (width - 1) * strideWidth + 1]);
}
