import type { ValueInfo } from '../../../../../onnx/model.ts';
import { pick } from '../foldings.ts';
import type { Activation } from '../lowering-drawing.ts';
import { append, integers, named, node } from '../lowering-drawing.ts';
import { topK } from '../lowering-parts.ts';
import { arithmeticBehind, inOneRow } from './heads.ts';
import { activate } from './layers.ts';
import type { Sampled } from './sampled.ts';

/** What follows the last layer of a network of vectors; its outputs. */
export function endOfVector(drawing: Sampled): readonly ValueInfo[] {
  arithmeticBehind(drawing);
  return ended(drawing, pick(forVectors, drawing.random));
}

/** What follows the last layer of a network of images; its outputs. */
export function endOfImage(drawing: Sampled): readonly ValueInfo[] {
  if (drawing.random() < 0.4) activate(drawing);
  else arithmeticBehind(drawing);
  return ended(drawing, pick(forImages, drawing.random));
}

type End = (drawing: Sampled) => readonly ValueInfo[];

function ended(drawing: Sampled, end: End): readonly ValueInfo[] {
  drawing.traits.add(`ends in ${end.name}`);
  return end(drawing);
}

const forVectors: readonly End[] = [
  scores,
  quantiser,
  softmax,
  sigmoid,
  topOne,
  topOne,
  topOne,
  topThree,
  topThreeWithValues,
  argMax,
  row,
  transposed,
  scoresAndProbabilities,
  parts,
];

const forImages: readonly End[] = [scores, softmax, sigmoid, argMax, row, transposed, flat];

function scores({ end }: Sampled): readonly ValueInfo[] {
  return [values(end)];
}

function quantiser(drawing: Sampled): readonly ValueInfo[] {
  activate(drawing);
  if (drawing.random() < 0.5) return [values(drawing.end)];
  topK(drawing, 1);
  return [labels(drawing.end)];
}

function softmax(drawing: Sampled): readonly ValueInfo[] {
  append(drawing, 'Softmax', drawing.end.shape, [], { axis: 1 });
  return [values(drawing.end)];
}

function sigmoid(drawing: Sampled): readonly ValueInfo[] {
  append(drawing, 'Sigmoid', drawing.end.shape);
  return [values(drawing.end)];
}

function topOne(drawing: Sampled): readonly ValueInfo[] {
  topK(drawing, 1);
  return [labels(drawing.end)];
}

function topThree(drawing: Sampled): readonly ValueInfo[] {
  topK(drawing, 3);
  return [labels(drawing.end)];
}

function topThreeWithValues(drawing: Sampled): readonly ValueInfo[] {
  topK(drawing, 3);
  const { shape } = drawing.end;
  return [values({ tensor: drawing.nodes.at(-1)!.outputs[0]!, shape }), labels(drawing.end)];
}

/** Along the channels, which is not the last axis of an image. */
function argMax(drawing: Sampled): readonly ValueInfo[] {
  const { shape } = drawing.end;
  const isKept = drawing.random() < 0.5;
  const without = isKept ? shape.with(1, 1) : shape.toSpliced(1, 1);
  append(drawing, 'ArgMax', without, [], { axis: 1, keepdims: isKept ? 1 : 0 });
  return [labels(drawing.end)];
}

function row(drawing: Sampled): readonly ValueInfo[] {
  inOneRow(drawing);
  return [values(drawing.end)];
}

function flat(drawing: Sampled): readonly ValueInfo[] {
  append(drawing, 'Flatten', [1, drawing.end.shape.reduce((all, extent) => all * extent, 1)], [], {
    axis: 1,
  });
  return [values(drawing.end)];
}

function transposed(drawing: Sampled): readonly ValueInfo[] {
  const { shape } = drawing.end;
  const perm = shape.length === 2 ? [1, 0] : [0, ...shape.slice(2).map((_, axis) => axis + 2), 1];
  append(
    drawing,
    'Transpose',
    perm.map((axis) => shape[axis]!),
    [],
    { perm },
  );
  return [values(drawing.end)];
}

function scoresAndProbabilities(drawing: Sampled): readonly ValueInfo[] {
  const { end } = drawing;
  return [values(end), ...softmax(drawing)];
}

function parts(drawing: Sampled): readonly ValueInfo[] {
  const { end } = drawing;
  const sizes = [1, end.shape[1]! - 1];
  const tensors = ['left', 'right'] as const;
  node(drawing, 'Split', [end.tensor, named(drawing, integers(sizes))], { axis: 1 }, tensors);
  const [left, right] = sizes.map((size, index) => ({ tensor: tensors[index]!, shape: [1, size] }));
  drawing.end = right!;
  return [values(left!), ...softmax(drawing)];
}

function values({ tensor, shape }: Activation): ValueInfo {
  return { name: tensor, elementType: 'float32', shape };
}

function labels({ tensor, shape }: Activation): ValueInfo {
  return { name: tensor, elementType: 'int64', shape };
}
