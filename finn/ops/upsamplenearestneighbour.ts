import { elementCount } from '../../base/shape.ts';
import { commonAttributes, fromModel, hlsAttributes, integer } from './attributes.ts';
import { expandingLoop } from './loops.ts';
import type { Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { sameDatatype } from './same-datatype.ts';
import { divisors, fold } from './shapes.ts';
import type { NodeView } from './view.ts';

/** Repeats every pixel as a block of equal ones (FINN+ 1.6.1 `UpsampleNearestNeighbour`). */
export const upsampleNearestNeighbour: Op = {
  attributes: {
    SIMD: integer(null),
    HO: fromModel('integer'),
    WO: fromModel('integer'),
    HI: fromModel('integer'),
    WI: fromModel('integer'),
    NumChannels: fromModel('integer'),
    inputDataType: fromModel('datatype'),
    batchSize: fromModel('integer', 1, [1]),
    ...commonAttributes,
  },
  contradiction: (node) => {
    const [from, to] = [
      [node.integer('HI'), node.integer('WI')],
      [node.integer('HO'), node.integer('WO')],
    ] as const;
    if (
      from.every((extent, axis) => extent >= 1 && (to[axis] ?? 0) >= extent && (to[axis] ?? 0) % extent === 0)
    )
      return null;
    return `enlarges ${from.join(' x ')} pixels to ${to.join(' x ')}, which are not blocks of one size`;
  },
  inputShape,
  outputShape,
  foldedInputShape: (node) => fold(inputShape(node), node.integer('SIMD')),
  inputStreams: () => 1,
  foldedOutputShape: (node) => fold(outputShape(node), node.integer('SIMD')),
  inputStreamWidth: streamWidth,
  outputStreamWidth: streamWidth,
  legalValues: (node) => ({ SIMD: divisors(node.integer('NumChannels')) }),
  autoFolding: { rule: 'stays' },
  cycles: (node) => elementCount(outputShape(node)) / node.integer('SIMD'),
  unit: noUnit,
  resources: () => noResources,
  synthesis: null,
  counts: () => ({}),
  inferDatatypes: sameDatatype,
  prepare: (node) => {
    const [batch, height, width, channels] = outputShape(node) as readonly [number, number, number, number];
    const [, inputHeight, inputWidth] = inputShape(node) as readonly [number, number, number, number];
    return ({ data }) => {
      const pixels = new Int32Array(batch * height * width * channels);
      for (let row = 0, to = 0; row < batch * height; row += 1) {
        const line = Math.floor((row * inputHeight) / height) * inputWidth;
        for (let column = 0; column < width; column += 1, to += channels) {
          const from = (line + Math.floor((column * inputWidth) / width)) * channels;
          pixels.set(data.subarray(from, from + channels), to);
        }
      }
      return { shape: [batch, height, width, channels], data: pixels };
    };
  },
};

/** `UpsampleNearestNeighbour_hls`. */
export const upsampleNearestNeighbourHls: Op = {
  ...upsampleNearestNeighbour,
  attributes: { ...upsampleNearestNeighbour.attributes, ...hlsAttributes },
  unit: (node) => {
    const groups = node.integer('NumChannels') / node.integer('SIMD');
    const [height, width] = [node.integer('HO'), node.integer('WO')];
    const [rows, columns] = [height / node.integer('HI'), width / node.integer('WI')];
    const isRead = (at: number): boolean =>
      (Math.floor(at / groups) % width) % columns === 0 && Math.floor(at / groups / width) % rows === 0;
    return expandingLoop(height * width * groups, isRead, node.integer('batchSize'));
  },
};

function inputShape(node: NodeView): readonly number[] {
  return [node.integer('batchSize'), node.integer('HI'), node.integer('WI'), node.integer('NumChannels')];
}

function outputShape(node: NodeView): readonly number[] {
  return [node.integer('batchSize'), node.integer('HO'), node.integer('WO'), node.integer('NumChannels')];
}

function streamWidth(node: NodeView): number {
  return node.integer('SIMD') * node.datatype('inputDataType').bits;
}
