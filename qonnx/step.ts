import type { OnnxNode, OnnxTensor } from '../onnx/model.ts';
import { badOperand } from './operators/operator.ts';
import type { Operator } from './operators/operator.ts';

/** A node with what computes it. */
export interface Step {
  readonly node: OnnxNode;
  readonly operator: Operator;
  /** Version of the operator set that the node is from. */
  readonly version: number;
}

/** The tensors at the inputs of a node, null for one that is omitted; refuses one that its producer does not make. */
export function operandsOf(
  { node, version }: Step,
  tensors: ReadonlyMap<string, OnnxTensor>,
): readonly (OnnxTensor | null)[] {
  return node.inputs.map((name) => {
    if (name === '') return null;
    const tensor = tensors.get(name);
    if (tensor) return tensor;
    throw badOperand(
      { node, version, operands: [] },
      `reads ${name}, an output that exists only in training`,
    );
  });
}

/** Computes the outputs of a node that have a place in it. */
export function computeStep(
  { node, operator, version }: Step,
  operands: readonly (OnnxTensor | null)[],
): readonly OnnxTensor[] {
  const lazy = operands.map((tensor) => tensor && { ...tensor, values: () => tensor.values });
  return operator({ node, version, operands: lazy })
    .slice(0, node.outputs.length)
    .map(({ elementType, shape, values }) => ({ elementType, shape, values: values() }));
}
