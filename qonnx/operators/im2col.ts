import { elementCount } from '../../base/shape.ts';
import { integerAttribute, integersAttribute } from './attributes.ts';
import { badOperand, numbersAt, only, operandAt } from './operator.ts';
import type { Operator } from './operator.ts';
import { filled } from './values.ts';

/** QONNX's Im2Col: for each place of a kernel on an NHWC image, the elements below it, channels last. */
export const im2col: Operator = (call) => {
  const { elementType, shape } = operandAt(call, 0);
  const [batch = 1, height = 1, width = 1, channels = 1] = shape;
  const sizes = (name: string, absent: readonly number[]): readonly number[] =>
    integersAttribute(call, name, absent);
  const [[down = 0, across = 0], [stepDown = 0, stepAcross = 0]] = [
    sizes('kernel_size', []),
    sizes('stride', []),
  ];
  const [dilationDown = 1, dilationAcross = 1] = sizes('dilations', [1, 1]);
  const [top = 0, left = 0, bottom = 0, right = 0] = sizes('pad_amount', [0, 0, 0, 0]);
  const padding = integerAttribute(call, 'pad_value', 0);
  if (shape.length !== 4 || down < 1 || across < 1 || stepDown < 1 || stepAcross < 1)
    throw badOperand(
      call,
      `moves a kernel of ${down} × ${across} over a tensor of shape [${shape.join(', ')}]`,
    );
  const rows = Math.floor((height + top + bottom - dilationDown * (down - 1) - 1) / stepDown) + 1;
  const columns = Math.floor((width + left + right - dilationAcross * (across - 1) - 1) / stepAcross) + 1;
  const below = down * across * channels;
  return only(call, elementType, [batch, rows, columns, below], () => {
    const values = numbersAt(call, 0);
    return filled(elementType, elementCount([batch, rows, columns, below]), (index) => {
      const place = Math.floor(index / below);
      const tap = Math.floor((index % below) / channels);
      const y =
        (Math.floor(place / columns) % rows) * stepDown - top + Math.floor(tap / across) * dilationDown;
      const x = (place % columns) * stepAcross - left + (tap % across) * dilationAcross;
      if (y < 0 || y >= height || x < 0 || x >= width) return padding;
      const image = Math.floor(place / (rows * columns));
      return values[((image * height + y) * width + x) * channels + (index % channels)] ?? 0;
    });
  });
};
