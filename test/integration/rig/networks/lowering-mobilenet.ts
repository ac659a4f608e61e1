import { between } from './drawing.ts';
import type { Drawing } from './lowering-drawing.ts';
import { append, floats, integers, uneven } from './lowering-drawing.ts';
import type { Quantiser } from './lowering-layers.ts';
import { activation, averagePool, convolution, gemmWithWholeBias, normalisation } from './lowering-layers.ts';
import { topK } from './lowering-parts.ts';

/** A convolution of bytes, then depthwise ones with scales per channel in front, and pointwise ones. */
export function mobileNet(drawing: Drawing, version: 1 | 2): boolean {
  const { random } = drawing;
  if (random() < 0.7) {
    append(drawing, 'Div', drawing.end.shape, [floats([], () => 255)]);
    append(drawing, 'Sub', drawing.end.shape, [floats([1, 3, 1, 1], () => uneven(random, 0.3, 0.6))]);
    append(drawing, 'Div', drawing.end.shape, [floats([1, 1, 1, 1], () => 0.226)]);
  }
  convolution(drawing, { depthwise: false, pads: false, bits: 8, square: true });
  normalisation(drawing, false);
  const blocks = between(random, 1, 2);
  for (let block = 0; block < blocks; block += 1) {
    rectified(drawing, random() < 0.8);
    convolution(drawing, { depthwise: true, bits: between(random, 2, 5), square: true, dense: true });
    normalisation(drawing, false);
    rectified(drawing, false);
    convolution(drawing, { depthwise: false, bits: between(random, 2, 5), square: true, dense: true });
    normalisation(drawing, false);
  }
  const scale = uneven(random, 0.1, 0.5);
  const quantiser: Quantiser = { bits: 4, signed: false, narrow: false };
  append(drawing, 'Relu', drawing.end.shape);
  activation(
    drawing,
    quantiser,
    floats([], () => scale),
  );
  const averageScale = averagePool(drawing, scale, quantiser, { version, whole: true });
  append(drawing, 'Reshape', [1, drawing.end.shape[1]!], [integers([1, -1])]);
  gemmWithWholeBias(drawing, between(random, 2, 10), averageScale);
  topK(drawing);
  return true;
}

function rectified(drawing: Drawing, perChannel: boolean): void {
  const { random, end } = drawing;
  append(drawing, 'Relu', end.shape);
  const shape = perChannel ? [1, end.shape[1]!, 1, 1] : [];
  activation(
    drawing,
    { bits: 4, signed: false, narrow: false },
    floats(shape, () => uneven(random, 0.1, 0.5)),
  );
}
