import { paddingResources } from '../synthesis/padding.ts';
import { integer, rtlAttributes } from './attributes.ts';
import type { Op } from './op.ts';
import { paddingOp } from './padding.ts';

/** Adds a frame of zeros around an image; `Padding` is top, left, bottom, right (FINN+ 1.6.1 `FMPadding`). */
export const fmPadding: Op = paddingOp({
  attribute: 'Padding',
  contradiction: (node) => {
    const frame = node.integers('Padding');
    if (frame.length === 4 && frame.every((extent) => extent >= 0)) return null;
    return `has Padding [${frame.join(', ')}] instead of four numbers from 0`;
  },
  outputSize: (node) => {
    const [height, width] = node.pair('ImgDim');
    const [top = 0, left = 0, bottom = 0, right = 0] = node.integers('Padding');
    return [top + height + bottom, left + width + right];
  },
  place: (node, paddedWidth) => {
    const [height, width] = node.pair('ImgDim');
    const [top = 0, left = 0] = node.integers('Padding');
    const channels = node.integer('NumChannels');
    const line = width * channels;
    const paddedLine = paddedWidth * channels;
    return (image, padded) => {
      for (let row = 0; row < height; row += 1)
        padded.set(image.subarray(row * line, (row + 1) * line), (top + row) * paddedLine + left * channels);
    };
  },
});

/** `FMPadding_rtl`. */
export const fmPaddingRtl: Op = {
  ...fmPadding,
  synthesis: paddingResources,
  attributes: {
    // FINN can support loading other image sizes at run time, but nothing here would load them.
    dynamic_mode: integer(0, [0]),
    ...fmPadding.attributes,
    ...rtlAttributes,
  },
  unit: (node) => {
    const [height, width] = node.pair('ImgDim');
    const [top = 0, left = 0, bottom = 0, right = 0] = node.integers('Padding');
    return {
      type: 'padding',
      shape: {
        groups: node.integer('NumChannels') / node.integer('SIMD'),
        columns: { from: left, to: left + width, last: left + width + right - 1 },
        rows: { from: top, to: top + height, last: top + height + bottom - 1 },
      },
    };
  },
};
