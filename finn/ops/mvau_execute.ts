import { Refusal } from '../../onnx/refusal.ts';
import { bipolarValues } from './accumulator.ts';
import { prepareThresholds } from '../execute/thresholds.ts';
import type { Kernels } from '../execute/kernels.ts';
import type { NodeView } from './view.ts';

/**
 * Multiplies rows of MW values by the weights and applies the thresholds, as FINN+ 1.6.1 `MVAU.execute_node` does.
 * Two bipolar operands are counted as XNOR-popcount: the number of equal pairs instead of their dot product.
 */
export function prepareMatrixVector(node: NodeView, kernels: Kernels): (input: Int32Array) => Int32Array {
  const accumulator = node.datatype('accDataType');
  if (!accumulator.integer || accumulator.bits > 32) {
    throw new Refusal(
      'finn/too-wide',
      `${node.node.name} accumulates in ${accumulator.name}; at most 32 bits can be executed`,
    );
  }
  const [rows, columns] = [node.integer('MW'), node.integer('MH')];
  const binary = node.integer('binaryXnorMode') === 1;
  const bipolar = node.text('inputDataType') === 'BIPOLAR' && node.text('weightDataType') === 'BIPOLAR';
  const weights = node.parameter(1).values;
  const multiply = kernels.matmul(
    binary ? bipolarValues(weights) : weights,
    rows,
    columns,
    node.datatype('inputDataType'),
  );
  const activate = prepareActivation(node);
  return (input) => {
    const sums = multiply(binary ? input.map((value) => 2 * value - 1) : input);
    if (binary || bipolar)
      for (let index = 0; index < sums.length; index += 1) sums[index] = (sums[index]! + rows) / 2;
    return activate(sums, columns);
  };
}

function prepareActivation(node: NodeView): (values: Int32Array, channels: number) => Int32Array {
  if (node.integer('noActivation') === 1) return (values) => values;
  const { tensor, values } = node.parameter(2);
  return node.text('outputDataType') === 'BIPOLAR'
    ? prepareThresholds(values, tensor.shape, { scale: 2, bias: -1 })
    : prepareThresholds(values, tensor.shape, { scale: 1, bias: node.integer('ActVal') });
}
