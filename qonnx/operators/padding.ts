import { elementCount } from '../../base/shape.ts';
import { floatAttribute, integersAttribute, textAttribute } from './attributes.ts';
import {
  axisOf,
  badOperand,
  checkShape,
  listAt,
  numberAt,
  only,
  operandAt,
  unsupportedForm,
} from './operator.ts';
import type { Call, Operator } from './operator.ts';
import { positionsOf, stridesOf } from './positions.ts';
import { filled, picked, place } from './values.ts';
import { selected, viewed } from './views.ts';

/** Pads any axis with a constant or with its own values; negative sizes crop. */
export const pad: Operator = (call) => {
  const { shape } = operandAt(call, 0);
  const pads = padsOf(call, shape.length);
  checkShape(
    call,
    pads.map(({ begin, end }, axis) => begin + (shape[axis] ?? 0) + end),
  );
  const axes = pads.map(({ begin, end }, axis) => {
    const size = shape[axis] ?? 0;
    return { size, coordinates: Array.from({ length: begin + size + end }, (_, index) => index - begin) };
  });
  const mode = textAttribute(call, 'mode', 'constant');
  switch (mode) {
    case 'constant':
      return surrounded(call, axes);
    case 'edge':
      return ownValues(call, axes, (at, size) => Math.max(0, Math.min(size - 1, at)));
    case 'reflect':
      return ownValues(call, axes, (at, size) => (at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at));
    case 'wrap':
      return ownValues(call, axes, (at, size) => ((at % size) + size) % size);
    default:
      throw unsupportedForm(call, `pads by ${mode}`, 'use constant, edge, reflect or wrap');
  }
};

/** The coordinates that an axis of the result has in the tensor, whose axis has this size. */
interface Axis {
  readonly size: number;
  readonly coordinates: readonly number[];
}

/** Sizes and value are attributes, since version 11 inputs; since version 18, they may be for some axes only. */
function padsOf(call: Call, rank: number): readonly { readonly begin: number; readonly end: number }[] {
  const stated = call.version < 11 ? integersAttribute(call, 'pads', []) : (listAt(call, 1) ?? []);
  const axes = listAt(call, 3)?.map((axis) => axisOf(call, axis, rank)) ?? [...Array(rank).keys()];
  if (stated.length !== 2 * axes.length)
    throw badOperand(call, `has ${stated.length} sizes of padding for ${axes.length} axes`);
  return Array.from({ length: rank }, (_, axis) => {
    const at = axes.indexOf(axis);
    return at === -1 ? { begin: 0, end: 0 } : { begin: stated[at] ?? 0, end: stated[at + axes.length] ?? 0 };
  });
}

function surrounded(call: Call, axes: readonly Axis[]): ReturnType<Operator> {
  const { elementType, shape, values } = operandAt(call, 0);
  const value = call.version < 11 ? floatAttribute(call, 'value', 0) : numberAt(call, 2, 0);
  const padded = axes.map(({ coordinates }) => coordinates.length);
  return only(call, elementType, padded, () => {
    const result = filled(elementType, elementCount(padded), () => value);
    const kept = axes.map(({ size, coordinates }) => coordinates.filter((at) => at >= 0 && at < size));
    const from = positionsOf(selected(shape, new Map(kept.entries())));
    const strides = stridesOf(padded);
    const to = positionsOf(
      kept.map((coordinates, axis) => {
        const begin = axes[axis]?.coordinates[0] ?? 0;
        return coordinates.map((at) => (at - begin) * (strides[axis] ?? 0));
      }),
    );
    place(result, to, picked(values(), from));
    return result;
  });
}

function ownValues(
  call: Call,
  axes: readonly Axis[],
  source: (coordinate: number, size: number) => number,
): ReturnType<Operator> {
  const { shape } = operandAt(call, 0);
  const coordinates = axes.map((axis) => axis.coordinates.map((at) => source(at, axis.size)));
  if (coordinates.some((list, axis) => list.some((at) => !(at >= 0 && at < (shape[axis] ?? 0)))))
    throw badOperand(call, `pads a tensor of shape [${shape.join(', ')}] by more than it holds`);
  return viewed(call, selected(shape, new Map(coordinates.entries())));
}
