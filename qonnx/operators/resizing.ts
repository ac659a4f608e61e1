import { integerAttribute, textAttribute, floatsAttribute, integersAttribute } from './attributes.ts';
import { elementCount } from '../../base/shape.ts';
import {
  axisOf,
  badOperand,
  checkShape,
  listAt,
  numbersAt,
  only,
  operandAt,
  unsupportedForm,
} from './operator.ts';
import type { Call, Operator, Operators } from './operator.ts';
import { coordinateAlong, nearestPlace } from './resize-coordinates.ts';
import type { ResizedAxis } from './resize-coordinates.ts';
import { filled } from './values.ts';
import { selected, viewed } from './views.ts';

/** Resizing by repeated or interpolated values; Upsample is its older form. */
export const resizings: Operators = {
  Resize: (call) => (call.version < 11 ? scaledOnly(call, listAt(call, 1), 'simple') : resize(call)),
  Upsample: (call) =>
    scaledOnly(call, call.version < 9 ? floatsAttribute(call, 'scales', null) : listAt(call, 1), 'floor'),
};

function scaledOnly(call: Call, scales: readonly number[] | null, rounding: string): ReturnType<Operator> {
  const axes = scaledAxes(call, scales ?? []);
  return resized(call, axes, 'asymmetric', rounding);
}

/** Scales are at input 2, sizes at input 3; since version 18, they may be for some axes only. */
function resize(call: Call): ReturnType<Operator> {
  if (integerAttribute(call, 'antialias', 0) !== 0)
    throw unsupportedForm(call, 'filters before it resizes', 'export it with antialias=0');
  const policy = textAttribute(call, 'keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch')
    throw unsupportedForm(call, `keeps the aspect ratio by ${policy}`, 'export it with fixed sizes');
  const { shape } = operandAt(call, 0);
  const order = integersAttribute(call, 'axes', [...shape.keys()]).map((axis) =>
    axisOf(call, axis, shape.length),
  );
  const perAxis = (stated: readonly number[], absent: (axis: number) => number): readonly number[] =>
    shape.map((_, axis) => (order.includes(axis) ? (stated[order.indexOf(axis)] ?? 0) : absent(axis)));
  const [scales, sizes] = [listAt(call, 2) ?? [], listAt(call, 3) ?? []];
  if ((scales.length > 0 ? scales : sizes).length !== order.length)
    throw badOperand(call, `has ${scales.length} scales and ${sizes.length} sizes for ${order.length} axes`);
  const axes =
    scales.length > 0
      ? scaledAxes(
          call,
          perAxis(scales, () => 1),
        )
      : perAxis(sizes, (axis) => shape[axis] ?? 0).map((to, axis) => {
          const from = shape[axis] ?? 0;
          return { from, to, scale: to / from };
        });
  return resized(
    call,
    axes,
    textAttribute(call, 'coordinate_transformation_mode', 'half_pixel'),
    textAttribute(call, 'nearest_mode', 'round_prefer_floor'),
  );
}

function scaledAxes(call: Call, scales: readonly number[]): readonly ResizedAxis[] {
  const { shape } = operandAt(call, 0);
  if (scales.length !== shape.length)
    throw badOperand(call, `has ${scales.length} scales for ${shape.length} axes`);
  return shape.map((from, axis) => {
    const scale = scales[axis] ?? 1;
    return { from, to: Math.floor(from * scale), scale };
  });
}

function resized(
  call: Call,
  axes: readonly ResizedAxis[],
  transformation: string,
  rounding: string,
): ReturnType<Operator> {
  const { elementType, shape } = operandAt(call, 0);
  checkShape(
    call,
    axes.map(({ to }) => to),
  );
  const coordinates = axes.map((axis) =>
    Array.from({ length: axis.to }, (_, at) => {
      const coordinate = coordinateAlong(axis, at, transformation);
      if (coordinate === null)
        throw unsupportedForm(call, `transforms coordinates by ${transformation}`, 'use half_pixel');
      return coordinate;
    }),
  );
  const mode = textAttribute(call, 'mode', 'nearest');
  switch (mode) {
    case 'nearest': {
      const places = coordinates.map((list, axis) =>
        list.map((coordinate) => {
          const place = nearestPlace(coordinate, rounding, axes[axis]?.scale ?? 1);
          if (place === null)
            throw unsupportedForm(call, `rounds coordinates by ${rounding}`, 'use round_prefer_floor');
          return clamped(place, shape[axis] ?? 1);
        }),
      );
      return viewed(call, selected(shape, new Map(places.entries())));
    }
    case 'linear':
      return only(
        call,
        elementType,
        axes.map(({ to }) => to),
        () => {
          const values = interpolated(Float64Array.from(numbersAt(call, 0)), shape, coordinates);
          return filled(elementType, values.length, (index) => values[index] ?? 0);
        },
      );
    default:
      throw unsupportedForm(call, `resizes by ${mode}`, 'use nearest or linear');
  }
}

function clamped(place: number, size: number): number {
  return Math.max(0, Math.min(size - 1, place));
}

/** Interpolates along one axis after the other. */
function interpolated(
  values: Float64Array,
  shape: readonly number[],
  coordinates: readonly (readonly number[])[],
): Float64Array {
  let [current, extents] = [values, shape];
  for (const [axis, list] of coordinates.entries()) {
    const size = extents[axis] ?? 1;
    if (list.length === size && list.every((coordinate, at) => coordinate === at)) continue;
    const inner = elementCount(extents.slice(axis + 1));
    const outer = elementCount(extents.slice(0, axis));
    const next = new Float64Array(outer * list.length * inner);
    let to = 0;
    for (let block = 0; block < outer; block++)
      for (const coordinate of list) {
        const place = clamped(coordinate, size);
        const [below, above] = [Math.floor(place), Math.ceil(place)];
        const share = place - below;
        const [low, high] = [(block * size + below) * inner, (block * size + above) * inner];
        for (let index = 0; index < inner; index++, to++)
          next[to] = (current[low + index] ?? 0) * (1 - share) + (current[high + index] ?? 0) * share;
      }
    extents = extents.with(axis, list.length);
    current = next;
  }
  return current;
}
