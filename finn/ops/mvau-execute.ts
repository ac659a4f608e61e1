import { bipolarValues } from './accumulator.ts';
import { checkAccumulator, equalPairs, prepareActivation } from './activation-unit.ts';
import type { Kernels } from '../execute/kernels.ts';
import type { NodeView } from './view.ts';

/**
 * Multiplies rows of MW values by the weights and applies the thresholds, as FINN+ 1.6.1 `MVAU.execute_node` does.
 * Two bipolar operands are counted as XNOR-popcount: the number of equal pairs instead of their dot product.
 */
export function prepareMatrixVector(node: NodeView, kernels: Kernels): (input: Int32Array) => Int32Array {
  checkAccumulator(node);
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
    return activate(binary || bipolar ? equalPairs(sums, rows) : sums);
  };
}
