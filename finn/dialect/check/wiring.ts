import { elementCount } from '../../../base/shape.ts';
import { counted } from '../../../base/text.ts';
import type { HardwareGraph } from '../../graph.ts';
import { tensorOf } from '../../graph.ts';
import type { ConstantRule, Op } from '../../ops/op.ts';
import type { NodeView } from '../../ops/view.ts';
import type { Complaint } from './complaint.ts';

/** Another number of inputs or outputs than the op has, or a stream where it requires a constant. */
export function wrongWiring(view: NodeView, op: Op): Complaint | null {
  const { inputs, outputs } = view.node;
  const streams = op.inputStreams(view);
  const inputCount = streams + constantsOf(view, op).length;
  if (inputs.length !== inputCount) return otherCount('input', inputs.length, inputCount);
  const outputCount = op.outputStreams?.(view) ?? 1;
  if (outputs.length !== outputCount) return otherCount('output', outputs.length, outputCount);
  const streamed = inputs.findIndex((_, index) => index >= streams && !view.constant(index));
  if (streamed === -1) return null;
  return {
    what: `reads input ${streamed} as a stream, which must be a constant`,
    hint: 'weights and thresholds are part of the network: export it with them',
  };
}

/** A tensor of another shape than its maker gives it, one that its reader cannot read, or an impossible one. */
export function wrongShape(graph: HardwareGraph, view: NodeView, op: Op): Complaint | null {
  const { inputs, outputs } = view.node;
  const streams = op.inputStreams(view);
  const constants = constantsOf(view, op);
  const expected = [
    ...inputs.map((name, index) => {
      const shapes = constants[index - streams]?.shapes;
      // FINN flattens images without a layer: a stream has no axes, only elements in their order.
      if (shapes === undefined)
        return { verb: 'reads', name, shapes: [op.inputShape(view, index)], fits: isAsLong };
      return { verb: 'reads', name, shapes, fits: isSame };
    }),
    ...outputs.map((name, index) => ({
      verb: 'makes',
      name,
      shapes: [op.outputShape(view, index)],
      fits: isSame,
    })),
  ];
  for (const { verb, name, shapes, fits } of expected) {
    const { shape } = tensorOf(graph, name);
    const isPossible = shape.every((extent) => extent >= 1);
    if (isPossible && shapes.some((other) => fits(shape, other))) continue;
    const legal = shapes.map((other) => `[${other.join(', ')}]`).join(' or ');
    return {
      what: `${verb} ${name} of shape [${shape.join(', ')}], but its attributes say ${legal}`,
      hint: 'the file contradicts itself: run shape inference, or change the step that makes this layer',
    };
  }
  return null;
}

function constantsOf(view: NodeView, op: Op): readonly ConstantRule[] {
  return op.constants?.(view) ?? [];
}

function otherCount(what: string, found: number, expected: number): Complaint {
  return { what: `has ${counted(found, what)}`, hint: `it requires ${expected}` };
}

function isAsLong(shape: readonly number[], other: readonly number[]): boolean {
  return elementCount(shape) === elementCount(other);
}

function isSame(shape: readonly number[], other: readonly number[]): boolean {
  return shape.length === other.length && shape.every((extent, axis) => extent === other[axis]);
}
