import { average } from '../branching.ts';
import { between } from '../drawing.ts';
import { pick } from '../foldings.ts';
import { append, floats, integers, normal, rounded, uneven } from '../lowering-drawing.ts';
import { averagePool, quantisedWeights } from '../lowering-layers.ts';
import { flatten } from '../lowering-parts.ts';
import type { Range } from './layers.ts';
import { activate, dense, layer, someBias } from './layers.ts';
import type { Sampled } from './sampled.ts';

/** What makes a vector of an image of this range. */
export function toVector(drawing: Sampled, last: Range): void {
  const { random, traits, end } = drawing;
  const [, , ...extents] = end.shape;
  const isSquare = extents.length === 2 && extents[0] === extents[1];
  const head = pick(
    ['flat', 'flat', 'pool', 'mean', isSquare ? 'average and Trunc' : 'flat'] as const,
    random,
  );
  traits.add(head);
  switch (head) {
    case 'flat':
      flatten(drawing);
      break;
    case 'pool':
      average(drawing, 'pool');
      if (random() < 0.3) activate(drawing);
      flatten(drawing);
      break;
    case 'mean':
      average(drawing, 'mean');
      break;
    case 'average and Trunc': {
      const version = drawing.opsets.get('qonnx.custom_op.general') === 1 ? 1 : 2;
      averagePool(drawing, last.scale, last, { version, whole: true });
      flatten(drawing);
      break;
    }
  }
}

/** Products with quantisers between; the last has none behind it. */
export function products(drawing: Sampled): void {
  const { random } = drawing;
  const hidden = pick([0, 0, 1, 2], random);
  for (let count = 0; count < hidden; count += 1) {
    dense(drawing, between(random, 3, 10));
    activate(drawing);
  }
  scores(drawing, between(random, 3, 8));
}

/** The last layer of an image: a convolution with a scale per channel or one, with a bias or none. */
export function scoresOfPixels(drawing: Sampled): void {
  drawing.traits.add('feature map');
  layer(drawing, between(drawing.random, 2, 5), { kernel: 1 });
}

/** The last layer: one scale or one per output, with a bias or without. */
function scores(drawing: Sampled, outputs: number): void {
  const { random, traits, end } = drawing;
  const features = end.shape.at(-1)!;
  const bits = drawing.weightBits ?? between(random, 1, 8);
  const perOutput = random() < 0.35;
  if (perOutput) traits.add('last layer with scales per output');
  const bias = someBias(drawing, outputs);
  if (random() < 0.5) {
    const weights = quantisedWeights(drawing, [outputs, features], perOutput ? [outputs, 1] : [], bits);
    append(drawing, 'Gemm', [1, outputs], bias === undefined ? [weights] : [weights, bias], { transB: 1 });
    return;
  }
  const weights = quantisedWeights(drawing, [features, outputs], perOutput ? [1, outputs] : [], bits);
  append(drawing, 'MatMul', [1, outputs], [weights]);
  if (bias !== undefined) append(drawing, 'Add', [1, outputs], [bias]);
}

/** What of floats follows the last layer, one value or one per channel. */
export function arithmeticBehind(drawing: Sampled): void {
  const { random, traits, end } = drawing;
  const channels = end.shape[1]!;
  const perChannel = [1, channels, ...end.shape.slice(2).map(() => 1)];
  const kind = pick(
    ['', '', 'bias behind', 'scale behind', 'scales behind', 'normalisation behind'] as const,
    random,
  );
  if (kind !== '') traits.add(kind);
  switch (kind) {
    case '':
      return;
    case 'bias behind':
      append(drawing, 'Add', end.shape, [floats(perChannel, () => normal(random))]);
      return;
    case 'scale behind':
      append(drawing, 'Mul', end.shape, [floats([], () => rounded(drawing, uneven(random, 0.5, 2)))]);
      return;
    case 'scales behind':
      append(drawing, 'Mul', end.shape, [floats(perChannel, () => uneven(random, -2, 2))]);
      return;
    case 'normalisation behind':
      append(
        drawing,
        'BatchNormalization',
        end.shape,
        [
          floats([channels], () => uneven(random, -1, 1)),
          floats([channels], () => normal(random)),
          floats([channels], () => normal(random)),
          floats([channels], () => uneven(random, 0.3, 3)),
        ],
        { epsilon: 1e-5 },
      );
  }
}

/** The end with its elements in one row. */
export function inOneRow(drawing: Sampled): void {
  append(drawing, 'Reshape', [drawing.end.shape.reduce((all, extent) => all * extent, 1)], [integers([-1])]);
}
