import { elementCount } from '../../base/shape.ts';
import { integerAttribute, integersAttribute, textAttribute } from './attributes.ts';
import { commonShape } from './elementwise.ts';
import {
  axisOf,
  badOperand,
  checkShape,
  listAt,
  only,
  operandAt,
  output,
  unsupportedForm,
} from './operator.ts';
import type { Call, Operator, Operators } from './operator.ts';
import { positionsOf, steps, stretchedPositions, stridesOf } from './positions.ts';
import { emptyValues, picked } from './values.ts';
import { selected, viewed } from './views.ts';

/** Operators that place the values of tensors differently. */
export const movements: Operators = {
  Concat: concatenate,
  DepthToSpace: depthToSpace,
  Expand: (call) => {
    const { elementType, shape, values } = operandAt(call, 0);
    const stretched = commonShape(call, [shape, listAt(call, 1) ?? []]);
    return only(call, elementType, stretched, () => picked(values(), stretchedPositions(shape, stretched)));
  },
  SpaceToDepth: spaceToDepth,
  Split: split,
  Tile: (call) => {
    const { shape } = operandAt(call, 0);
    const repeats = listAt(call, 1) ?? [];
    checkShape(
      call,
      shape.map((extent, axis) => extent * (repeats[axis] ?? 1)),
    );
    const tiled = (extent: number, axis: number): readonly number[] =>
      Array.from({ length: extent * (repeats[axis] ?? 1) }, (_, index) => index % extent);
    return viewed(call, selected(shape, new Map(shape.map((extent, axis) => [axis, tiled(extent, axis)]))));
  },
  Transpose: (call) => {
    const { shape } = operandAt(call, 0);
    const axes = [...shape.keys()];
    const order = integersAttribute(call, 'perm', axes.toReversed());
    if (order.toSorted((left, right) => left - right).join() !== axes.join())
      throw badOperand(call, `permutes the axes of [${shape.join(', ')}] by [${order.join(', ')}]`);
    const strides = stridesOf(shape);
    return viewed(
      call,
      order.map((axis) => steps(shape[axis] ?? 0, strides[axis] ?? 0)),
    );
  },
};

function concatenate(call: Call): ReturnType<Operator> {
  const operands = call.operands.map((_, index) => operandAt(call, index));
  const { elementType, shape } = operandAt(call, 0);
  const axis = axisOf(call, integerAttribute(call, 'axis', 1), shape.length);
  for (const operand of operands)
    if (operand.shape.with(axis, 0).join() !== shape.with(axis, 0).join())
      throw badOperand(
        call,
        `joins tensors of shapes [${shape.join(', ')}] and [${operand.shape.join(', ')}]`,
      );
  const extents = operands.map((operand) => operand.shape[axis] ?? 0);
  const joint = shape.with(
    axis,
    extents.reduce((sum, extent) => sum + extent, 0),
  );
  return only(call, elementType, joint, () => {
    const result = emptyValues(elementType, elementCount(joint));
    const inner = elementCount(shape.slice(axis + 1));
    let to = 0;
    for (let outer = 0; outer < elementCount(shape.slice(0, axis)); outer++)
      for (const [index, operand] of operands.entries()) {
        const run = (extents[index] ?? 0) * inner;
        const part = operand.values().subarray(outer * run, (outer + 1) * run);
        // Both are arrays of the same element type.
        (result as { readonly set: (values: typeof part, at: number) => void }).set(part, to);
        to += run;
      }
    return result;
  });
}

/** The sizes are an attribute, since version 13 an input; by default the parts are equal, the last one may be smaller. */
function split(call: Call): ReturnType<Operator> {
  const { elementType, shape, values } = operandAt(call, 0);
  const axis = axisOf(call, integerAttribute(call, 'axis', 0), shape.length);
  const extent = shape[axis] ?? 0;
  const count = integerAttribute(call, 'num_outputs', call.node.outputs.length);
  const stated = call.version < 13 ? integersAttribute(call, 'split', null) : listAt(call, 1);
  const equal = Math.ceil(extent / count);
  const sizes = stated ?? Array.from({ length: count }, (_, part) => Math.min(equal, extent - part * equal));
  if (sizes.reduce((sum, size) => sum + size, 0) !== extent)
    throw badOperand(call, `splits ${extent} into [${sizes.join(', ')}]`);
  let next = 0;
  return sizes.map((size) => {
    const first = next;
    next += size;
    return output(call, elementType, shape.with(axis, size), () => {
      const coordinates = Array.from({ length: size }, (_, index) => first + index);
      return picked(values(), positionsOf(selected(shape, new Map([[axis, coordinates]]))));
    });
  });
}

/** Blocks of channels become blocks of pixels: channels are (down, across, channel), or with CRD (channel, down, across). */
function depthToSpace(call: Call): ReturnType<Operator> {
  const { block, batch, channels, rows, columns } = blocksOf(call);
  const depth = channels / block ** 2;
  const mode = textAttribute(call, 'mode', 'DCR');
  if (mode !== 'DCR' && mode !== 'CRD') throw unsupportedForm(call, `has the mode ${mode}`, 'use DCR or CRD');
  if (!Number.isInteger(depth))
    throw badOperand(call, `makes blocks of ${block} × ${block} of ${channels} channels`);
  const pixels = rows * columns;
  const [perDepth, perBlock] = mode === 'DCR' ? [pixels, depth * pixels] : [block ** 2 * pixels, pixels];
  return viewed(
    call,
    [
      steps(batch, channels * pixels),
      steps(depth, perDepth),
      steps(rows, columns),
      steps(block, block * perBlock),
      steps(columns, 1),
      steps(block, perBlock),
    ],
    [batch, depth, rows * block, columns * block],
  );
}

function spaceToDepth(call: Call): ReturnType<Operator> {
  const { block, batch, channels, rows, columns } = blocksOf(call);
  const [down, across] = [rows / block, columns / block];
  if (!Number.isInteger(down) || !Number.isInteger(across))
    throw badOperand(call, `makes blocks of ${block} × ${block} of an image of ${rows} × ${columns}`);
  return viewed(
    call,
    [
      steps(batch, channels * rows * columns),
      steps(block, columns),
      steps(block, 1),
      steps(channels, rows * columns),
      steps(down, block * columns),
      steps(across, block),
    ],
    [batch, channels * block ** 2, down, across],
  );
}

function blocksOf(call: Call): {
  readonly [size in 'block' | 'batch' | 'channels' | 'rows' | 'columns']: number;
} {
  const { shape } = operandAt(call, 0);
  const [batch = 1, channels = 1, rows = 1, columns = 1] = shape;
  const block = integerAttribute(call, 'blocksize', 0);
  if (shape.length !== 4 || block < 1)
    throw badOperand(call, `has blocks of ${block} in a tensor of shape [${shape.join(', ')}]`);
  return { block, batch, channels, rows, columns };
}
