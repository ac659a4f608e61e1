import type { Route } from '../../../../finn/lower/route.ts';
import { elementCount } from '../../../../base/shape.ts';
import type { OnnxModel } from '../../../../onnx/model.ts';
import { between } from './drawing.ts';
import { pick } from './foldings.ts';
import type { Drawing } from './lowering-drawing.ts';
import { modelOf } from './lowering-drawing.ts';
import { arithmetic, convolution, maxPool, nonlinearity, normalisation, product } from './lowering-layers.ts';
import { averaged, classifier, flatten, start, topK } from './lowering-parts.ts';
import { mobileNet } from './lowering-mobilenet.ts';
import { residual } from './lowering-residual.ts';
import { odd } from './lowering-odd.ts';

/** A network to be lowered by FINN and by us. */
export interface Drawn {
  readonly kind: Kind;
  readonly model: OnnxModel;
  readonly route: Route;
  readonly part: string;
  /** Random bytes for its input. */
  readonly image: readonly number[];
}

/** Images twice, height or width 1, bits times bits, MobileNet's structure, branches of vectors, and what is rare. */
export const kinds = ['image', 'image', 'line', 'binary', 'mobilenet', 'residual', 'odd'] as const;

type Kind = (typeof kinds)[number];

/** A random network of one kind. */
export function randomNetwork(random: () => number, kind: Kind): Drawn {
  const side = between(random, 9, 14);
  const shape = {
    image: [1, between(random, 1, 4), between(random, 5, 10), between(random, 5, 10)],
    line:
      random() < 0.5
        ? [1, between(random, 1, 4), 1, between(random, 6, 14)]
        : [1, 2, between(random, 6, 14), 1],
    binary: [1, between(random, 1, 4), between(random, 5, 9), between(random, 5, 9)],
    mobilenet: [1, 3, side, side],
    residual: [1, between(random, 4, 12)],
    odd: [1, between(random, 1, 3), between(random, 4, 9), between(random, 4, 9)],
  }[kind];
  const input = { tensor: 'input', shape, datatype: 'UINT8' };
  const drawing: Drawing = { random, nodes: [], constants: new Map(), end: input };
  const version = random() < 0.5 ? 1 : 2;
  const labels = networks[kind](drawing, version);
  const opset = between(random, 11, 18);
  return {
    kind,
    model: modelOf(drawing, input, opset, version, labels),
    route: {
      preset: kind === 'mobilenet' ? 'mobilenet' : 'default',
      standaloneThresholds: kind !== 'mobilenet' && random() < 0.3,
    },
    part: pick(['xc7z020clg484-1', 'xczu7ev-ffvc1156-2-e', 'xcvc1902-vsva2197-2MP-e-S'], random),
    image: Array.from({ length: elementCount(shape) }, () => between(random, 0, 255)),
  };
}

/** Draws a network; whether it ends in labels. */
type Network = (drawing: Drawing, version: 1 | 2) => boolean;

const networks: { readonly [kind in Kind]: Network } = {
  image: convolutional,
  line: convolutional,
  binary,
  mobilenet: mobileNet,
  residual,
  odd,
};

function convolutional(drawing: Drawing, version: 1 | 2): boolean {
  const { random } = drawing;
  start(drawing);
  const blocks = between(random, 1, 3);
  for (let block = 0; block < blocks; block += 1) {
    convolution(drawing);
    const pooledFirst = random() < 0.05;
    if (pooledFirst) maxPool(drawing);
    if (random() < 0.6) normalisation(drawing, random() < 0.3);
    if (random() < 0.3) arithmetic(drawing);
    nonlinearity(drawing, 6);
    if (random() < 0.3) maxPool(drawing);
  }
  if (random() < 0.3) averaged(drawing, version);
  flatten(drawing);
  return classifier(drawing);
}

/** Bits times bits, but for the first layer. */
function binary(drawing: Drawing): boolean {
  const { random } = drawing;
  start(drawing);
  const blocks = between(random, 1, 3);
  for (let block = 0; block < blocks; block += 1) {
    convolution(drawing, {
      depthwise: false,
      bits: random() < 0.8 ? 1 : 2,
      pads: block === 0 && random() < 0.5,
    });
    if (random() < 0.7) normalisation(drawing, random() < 0.3);
    nonlinearity(drawing, 6, block < blocks - 1 || random() < 0.5 ? 1 : 0);
    if (random() < 0.3) maxPool(drawing);
  }
  flatten(drawing);
  product(drawing, between(random, 2, 10), { bits: 1, last: true });
  topK(drawing);
  return true;
}
