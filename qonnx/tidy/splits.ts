import type { OnnxNode } from '../../onnx/model.ts';
import { integerOf, integersOf, withAttribute } from './attributes.ts';
import type { Replacement, Rewrite } from './rewrite.ts';
import { integers, rewriting } from './rewrite.ts';
import type { View } from './view.ts';

/**
 * The model with Splits that state their sizes, without those that make one part, and with a Split in place of Slices of one
 * tensor that make up the whole of it, as `torch.chunk` is exported.
 */
export const withSplits = rewriting((node, view) => {
  if (node.domain !== '') return null;
  switch (node.opType) {
    case 'Split':
      return node.outputs.length === 1 ? { same: node.inputs[0] ?? '' } : withSizes(node, view);
    case 'Slice':
      return splitOfSlices(node, view);
    default:
      return null;
  }
});

/** Null if a size is not known. */
function withSizes(node: OnnxNode, view: View): Replacement | null {
  const rank = view.shapeOf(node.inputs[0] ?? '')?.length ?? 0;
  const axis = integerOf(node, 'axis', 0);
  const along = axis < 0 ? axis + rank : axis;
  const sizes = node.outputs.map((name) => view.shapeOf(name)?.[along] ?? 0);
  return sizes.includes(0) ? null : splitInto(node, along, sizes, view);
}

/**
 * A Split in the place of the first of the Slices and nothing in the place of the others; a Slice that takes the same as another is
 * that. Null if they leave something out, or overlap.
 */
function splitOfSlices(node: OnnxNode, view: View): Rewrite | null {
  const [input = ''] = node.inputs;
  const own = partOf(node, view);
  const slices = view.readersOf(input).filter(({ opType, domain }) => opType === 'Slice' && domain === '');
  const parts = new Map<number, Part>();
  for (const part of slices.map((slice) => partOf(slice, view)))
    if (part && part.axis === own?.axis && !parts.has(part.from)) parts.set(part.from, part);
  const ordered = [...parts.values()].toSorted((left, right) => left.from - right.from);
  const starts = [...ordered.map(({ from }) => from), view.shapeOf(input)?.[own?.axis ?? 0] ?? 0];
  const [first] = parts.values();
  const same = parts.get(own?.from ?? 0);
  if (!own || !first || starts[0] !== 0 || !ordered.every(({ to }, index) => to === starts[index + 1]))
    return null;
  if (same?.to !== own.to) return null;
  if (same.output !== own.output) return { same: same.output };
  if (first.output !== own.output) return { nodes: [] };
  const outputs = ordered.map(({ output }) => output);
  const sizes = ordered.map(({ from, to }) => to - from);
  return splitInto({ ...node, opType: 'Split', outputs }, own.axis, sizes, view);
}

/** Since version 13 of ONNX sizes are an input. */
function splitInto(node: OnnxNode, axis: number, sizes: readonly number[], view: View): Replacement {
  const [input = '', first = ''] = [node.inputs[0], node.outputs[0]];
  const bare = withAttribute({ ...node, inputs: [input], attributes: new Map() }, 'axis', {
    type: 'int',
    value: axis,
  });
  if (view.versionOf(node) < 13)
    return { nodes: [withAttribute(bare, 'split', { type: 'ints', value: sizes })] };
  const stated = `${first}:sizes`;
  return { nodes: [{ ...bare, inputs: [input, stated] }], constants: new Map([[stated, integers(sizes)]]) };
}

interface Part {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly output: string;
}

/** What a Slice takes along the one axis that it shortens, in steps of 1; null for any other. */
function partOf(node: OnnxNode, view: View): Part | null {
  const [input = '', ...bounds] = node.inputs;
  const [output = ''] = node.outputs;
  const [whole, part] = [view.shapeOf(input), view.shapeOf(output)];
  if (!whole || part?.length !== whole.length || !view.isActivation(input)) return null;
  const list = (name: string, index: number): readonly number[] | null => {
    if (view.versionOf(node) < 10) return integersOf(node, name);
    const values = view.constantOf(bounds[index] ?? '')?.values;
    return values ? Array.from(values, Number) : null;
  };
  const [starts, steps] = [list('starts', 0), list('steps', 3)];
  const axes = list('axes', 2) ?? [...(starts ?? []).keys()];
  const [axis = -1, ...more] = whole.flatMap((extent, place) => (extent === part[place] ? [] : [place]));
  const start = starts?.[axes.findIndex((each) => (each < 0 ? each + whole.length : each) === axis)];
  if (start === undefined || more.length > 0 || steps?.some((step) => step !== 1)) return null;
  const [extent = 0, length = 0] = [whole[axis], part[axis]];
  const from = start < 0 ? Math.max(0, start + extent) : start;
  return { axis, from, to: from + length, output };
}
