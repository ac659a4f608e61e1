import { scalar } from '../constant.ts';
import type { Affine, Constant, FloatNode } from '../float_graph.ts';
import { unsupported } from '../refuse.ts';
import { activationAt, constantAt, type ImportRule, type Operand, type Source } from './source.ts';

/** Mul and Add by a constant, on either side. */
export const commutative: ImportRule = (source) =>
  source.operands[0]?.kind === 'activation' ? importAffine(source, 0, 1) : importAffine(source, 1, 0);

/** Sub and Div by a constant on the right. */
export const rightHanded: ImportRule = (source) => importAffine(source, 0, 1);

function importAffine(source: Source, activation: number, constant: number): { nodes: readonly FloatNode[] } {
  const operand = source.operands[constant];
  if (operand?.kind === 'activation')
    throw unsupported(
      source,
      'joins two activations',
      'networks without branches are supported; residual connections are not',
    );
  const input = activationAt(source, activation).tensor;
  const output = source.node.outputs[0]!;
  if (operand?.kind === 'quantised') return { nodes: scaledAffine(source, input, output, operand) };
  return { nodes: [affine(source, source.op as Affine['op'], input, output, constantAt(source, constant))] };
}

/** A quantised constant `q * s`: FINN adds `q` to `x / s` and scales the sum, and multiplies by `q`, then by `s`. */
function scaledAffine(
  source: Source,
  input: string,
  output: string,
  { value }: Operand & { readonly kind: 'quantised' },
): readonly FloatNode[] {
  const op = source.op as Affine['op'];
  if (value.scale.values.every((scale) => scale === 1))
    return [affine(source, op, input, output, value.integers)];
  const scale =
    value.scale.shape.length === 1 && value.scale.shape[0] === 1
      ? scalar(value.scale.values[0]!)
      : value.scale;
  const middle = `${output}:integers`;
  switch (op) {
    case 'Mul':
      return [
        affine(source, op, input, middle, value.integers),
        affine(source, 'Mul', middle, output, scale),
      ];
    case 'Add':
    case 'Sub':
      return [
        affine(source, 'Div', input, `${output}:descaled`, scale),
        affine(source, op, `${output}:descaled`, middle, value.integers),
        affine(source, 'Mul', middle, output, scale),
      ];
    case 'Div':
      throw unsupported(source, 'divides by a quantised constant', 'multiply by its reciprocal');
  }
}

function affine(
  source: Source,
  op: Affine['op'],
  input: string,
  output: string,
  constant: Constant,
): FloatNode {
  return { op, name: source.name, inputs: [input], output, constant };
}
