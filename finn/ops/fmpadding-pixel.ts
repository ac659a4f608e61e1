import { hlsAttributes } from './attributes.ts';
import { expandingLoop, wordsOf } from './loops.ts';
import type { Op } from './op.ts';
import { paddingOp } from './padding.ts';
import { notPositive } from './positive.ts';

/** Inserts zeros between the pixels of an image, as a transposed convolution requires (FINN+ 1.6.1 `FMPadding_Pixel`). */
export const fmPaddingPixel: Op = paddingOp({
  attribute: 'Stride',
  contradiction: (node) => notPositive(node, 'Stride'),
  outputSize: (node) => {
    const [height, width] = node.pair('ImgDim');
    const [strideHeight, strideWidth] = node.pair('Stride');
    return [(height - 1) * strideHeight + 1, (width - 1) * strideWidth + 1];
  },
  place: (node, paddedWidth) => {
    const [height, width] = node.pair('ImgDim');
    const [strideHeight, strideWidth] = node.pair('Stride');
    const channels = node.integer('NumChannels');
    return (image, padded) => {
      for (let pixel = 0; pixel < height * width; pixel += 1) {
        const row = Math.floor(pixel / width) * strideHeight;
        const column = (pixel % width) * strideWidth;
        const to = (row * paddedWidth + column) * channels;
        padded.set(image.subarray(pixel * channels, (pixel + 1) * channels), to);
      }
    };
  },
});

/** `FMPadding_Pixel_hls`. */
export const fmPaddingPixelHls: Op = {
  ...fmPaddingPixel,
  attributes: { ...fmPaddingPixel.attributes, ...hlsAttributes },
  unit: (node) => {
    const groups = node.integer('NumChannels') / node.integer('SIMD');
    const [, width] = fmPaddingPixel.outputShape(node, 0).slice(1);
    const [rows, columns] = node.pair('Stride');
    const isRead = (at: number): boolean => {
      const pixel = Math.floor(at / groups);
      return Math.floor(pixel / (width ?? 1)) % rows === 0 && (pixel % (width ?? 1)) % columns === 0;
    };
    const words = wordsOf(fmPaddingPixel.foldedOutputShape(node, 0));
    return expandingLoop(words, isRead, node.integer('numInputVectors'));
  },
};
