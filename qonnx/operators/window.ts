import { integerAttribute, integersAttribute, textAttribute } from './attributes.ts';
import { badOperand, unsupportedForm } from './operator.ts';
import type { Call } from './operator.ts';

/** How a kernel moves along one axis of an image; `begin` and `end` are how many elements of padding are around it. */
export interface WindowAxis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
  readonly end: number;
  /** How many places it has. */
  readonly output: number;
}

/** The rows and columns of an image; one-dimensional data is one row. */
export type Plane<T> = readonly [rows: T, columns: T];

/** Attributes of windows that a convolution or pooling states per axis. */
export interface WindowAttributes {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
  readonly automatic: string;
}

/** Reads the attributes for images of these sizes; refuses lists of another length. */
export function windowAttributes(
  call: Call,
  sizes: readonly number[],
  kernel: readonly number[],
): WindowAttributes {
  if (sizes.length < 1 || sizes.length > 2)
    throw unsupportedForm(call, `has ${sizes.length} spatial axes`, 'one and two are supported');
  const ones = sizes.map(() => 1);
  const perAxis = (name: string, absent: readonly number[]): readonly number[] =>
    checked(call, name, integersAttribute(call, name, absent), absent.length);
  return {
    kernel: checked(call, 'kernel_shape', kernel, sizes.length, 1),
    strides: checked(call, 'strides', perAxis('strides', ones), sizes.length, 1),
    dilations: checked(call, 'dilations', perAxis('dilations', ones), sizes.length, 1),
    pads: perAxis(
      'pads',
      [...ones, ...ones].map(() => 0),
    ),
    automatic: textAttribute(call, 'auto_pad', 'NOTSET'),
  };
}

/** How the kernel of a convolution or pooling moves over images of these sizes. */
export function windowOf(call: Call, sizes: readonly number[], kernel: readonly number[]): Plane<WindowAxis> {
  const attributes = windowAttributes(call, sizes, kernel);
  const isCeiled = integerAttribute(call, 'ceil_mode', 0) !== 0;
  return planar(
    sizes.map((size, axis) => windowAxis(call, size, axis, attributes, isCeiled)),
    { size: 1, kernel: 1, stride: 1, dilation: 1, begin: 0, end: 0, output: 1 },
  );
}

/** What is stated per axis, for rows and columns; `single` is for the rows of one-dimensional data. */
export function planar<T>(perAxis: readonly T[], single: T): Plane<T> {
  const [first = single, second] = perAxis;
  return second === undefined ? [single, first] : [first, second];
}

function windowAxis(
  call: Call,
  size: number,
  axis: number,
  { kernel, strides, dilations, pads, automatic }: WindowAttributes,
  isCeiled: boolean,
): WindowAxis {
  const [taps, stride, dilation] = [kernel[axis] ?? 1, strides[axis] ?? 1, dilations[axis] ?? 1];
  const extent = dilation * (taps - 1) + 1;
  const place = (begin: number, end: number, output: number): WindowAxis => {
    if (output < 1) throw badOperand(call, `has a window of ${extent} elements for ${size + begin + end}`);
    return { size, kernel: taps, stride, dilation, begin, end, output };
  };
  switch (automatic) {
    case 'NOTSET': {
      const [begin, end] = [pads[axis] ?? 0, pads[axis + pads.length / 2] ?? 0];
      const steps = (size + begin + end - extent) / stride;
      if (!isCeiled) return place(begin, end, Math.floor(steps) + 1);
      // A window must not begin in the padding at the end.
      const output = Math.ceil(steps) + 1;
      return place(begin, end, (output - 1) * stride >= size + begin ? output - 1 : output);
    }
    case 'VALID':
      return place(0, 0, Math.ceil((size - extent + 1) / stride));
    case 'SAME_UPPER':
    case 'SAME_LOWER': {
      const output = Math.ceil(size / stride);
      const total = Math.max(0, (output - 1) * stride + extent - size);
      const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
      return automatic === 'SAME_UPPER' ? place(less, more, output) : place(more, less, output);
    }
    default:
      throw unsupportedForm(call, `pads by ${automatic}`, 'export it with explicit pads');
  }
}

function checked(
  call: Call,
  name: string,
  values: readonly number[],
  count: number,
  least = 0,
): readonly number[] {
  if (values.length === count && values.every((value) => value >= least)) return values;
  throw badOperand(
    call,
    `has ${name} of [${values.join(', ')}], where ${count} of at least ${least} are expected`,
  );
}
