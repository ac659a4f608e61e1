import { withoutSingleAxis } from '../constant.ts';
import type { Affine, Constant, FloatNode } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { Chain, Imported, ImportRule, QuantisedConstant, ResolvedNode } from './source.ts';
import { activationAt, constantAt, only, outputOf } from './source.ts';

/** Add of a constant on either side, or of two activations. */
export const add: ImportRule = (source) => {
  const [left, right] = source.operands;
  if (left?.kind !== 'activation' || right?.kind !== 'activation') return commutative(source);
  if (left.tensor === right.tensor)
    throw unsupported(source, 'adds an activation to itself', 'multiply it by 2 instead');
  if (left.shape.join() !== right.shape.join())
    throw unsupported(
      source,
      `joins activations of shapes [${left.shape.join(', ')}] and [${right.shape.join(', ')}]`,
      'give both branches the same shape',
    );
  const inputs = [left.tensor, right.tensor] as const;
  return only({ op: 'Sum', name: source.name, inputs, output: outputOf(source) });
};

/** Mul by a constant, on either side. */
export const commutative: ImportRule = (source) =>
  source.operands[0]?.kind === 'activation' ? importAffine(source, 0, 1) : importAffine(source, 1, 0);

/** Sub and Div by a constant on the right. */
export const rightHanded: ImportRule = (source) => importAffine(source, 0, 1);

/** The Adds that replace a bias at an input of a product; `shape` is the shape to which it is brought. */
export function addConstant(
  source: ResolvedNode,
  index: number,
  input: string,
  output: string,
  shape: readonly number[] | null,
): Chain {
  const shaped = (constant: Constant): Constant =>
    shape && constant.values.length > 1 ? { ...constant, shape } : constant;
  const operand = source.operands[index];
  if (operand?.kind !== 'quantised')
    return only(affine(source, 'Add', input, output, shaped(constantAt(source, index))));
  const { integers, scale, position } = operand.value;
  return scaledAffine(source, 'Add', input, output, {
    integers: shaped(integers),
    scale: shaped(scale),
    position,
  });
}

function importAffine(source: ResolvedNode, activation: number, constant: number): Imported {
  const operand = source.operands[constant];
  if (operand?.kind === 'activation')
    throw unsupported(
      source,
      'joins two activations',
      'branches may only be joined by an Add; FINN supports no other join of integers',
    );
  const input = activationAt(source, activation).tensor;
  const output = outputOf(source);
  const op = source.op as Affine['op'];
  if (operand?.kind === 'quantised') return scaledAffine(source, op, input, output, operand.value);
  return only(affine(source, op, input, output, constantAt(source, constant)));
}

/** A quantised constant `q * s`: FINN adds `q` to `x / s` and scales the sum, and multiplies by `q`, then by `s`. */
function scaledAffine(
  source: ResolvedNode,
  op: Affine['op'],
  input: string,
  output: string,
  value: Omit<QuantisedConstant, 'layout'>,
): Chain {
  if (value.scale.values.every((scale) => scale === 1))
    return only(affine(source, op, input, output, value.integers));
  const scale = withoutSingleAxis(value.scale);
  const middle = `${output}:integers`;
  switch (op) {
    case 'Mul':
      return {
        nodes: [
          affine(source, op, input, middle, value.integers),
          affine(source, 'Mul', middle, output, scale),
        ],
        parts: [value.position],
      };
    case 'Add':
    case 'Sub':
      return {
        nodes: [
          affine(source, 'Div', input, `${output}:descaled`, scale),
          affine(source, op, `${output}:descaled`, middle, value.integers),
          affine(source, 'Mul', middle, output, scale),
        ],
        parts: [value.position, value.position],
      };
    case 'Div':
      throw unsupported(source, 'divides by a quantised constant', 'multiply by its reciprocal');
  }
}

function affine(
  source: ResolvedNode,
  op: Affine['op'],
  input: string,
  output: string,
  constant: Constant,
): FloatNode {
  return { op, name: source.name, inputs: [input], output, constant };
}
