import { defined } from '../../base/defined.ts';
import type { OnnxNode, OnnxTensor } from '../../onnx/model.ts';
import { operatorOf } from '../operators/index.ts';
import type { Operand } from '../operators/operator.ts';
import { computeStep } from '../step.ts';
import type { View } from './view.ts';

/** The first output of a node of a known operator for the given tensors, null for inputs that are omitted. */
export function evaluated(
  node: OnnxNode,
  operands: readonly (OnnxTensor | null)[],
  view: View,
): OnnxTensor | undefined {
  return computeStep({ node, operator: known(node), version: view.versionOf(node) }, operands)[0];
}

/** The shape of the first output of a node of a known operator, whose inputs have shapes. */
export function shapeMade(node: OnnxNode, view: View): readonly number[] | undefined {
  const operands = node.inputs.map((name): Operand | null => {
    const shape = view.shapeOf(name);
    const values = () => defined(view.constantOf(name), `${name} is a constant`).values;
    return shape && { elementType: view.typeOf(name), shape, values };
  });
  return known(node)({ node, version: view.versionOf(node), operands })[0]?.shape;
}

function known(node: OnnxNode): NonNullable<ReturnType<typeof operatorOf>> {
  return defined(operatorOf(node), `${node.opType} is known`);
}
