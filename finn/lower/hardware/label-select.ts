import { lastExtent } from '../../../base/shape.ts';
import { datatype, integerDatatype, smallestDatatype } from '../../datatype.ts';
import type { TopK } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { Context, Layer } from './layer.ts';
import { hardware, layerTensor } from './layer.ts';

/** The indices of the K largest integers (FINN+ 1.6.1 `InferLabelSelectLayer`), as whole bytes. */
export function labelSelect(node: TopK, context: Context): Layer {
  const [input] = node.inputs;
  const shape = context.graph.shapeOf(input);
  const inputType = context.graph.datatypeOf(input);
  if (!datatype(inputType).integer)
    throw unsupported(
      node,
      `compares values of datatype ${inputType}`,
      'its input must be a product of quantised operands',
    );
  const labels = lastExtent(shape);
  if (node.k < 1 || node.k > labels)
    throw unsupported(node, `selects ${node.k} of ${labels} values`, `use a K from 1 to ${labels}`);
  const smallest = smallestDatatype(labels - 1);
  // FINN rounds up by rewriting the number in the name, and BINARY has no number.
  const output = smallest.bits === 1 ? smallest : integerDatatype(false, Math.ceil(smallest.bits / 8) * 8);
  return hardware({
    name: node.name,
    opType: 'LabelSelect',
    inputs: node.inputs,
    outputs: [layerTensor(node.output, context, output.name)],
    parameters: [],
    attributes: {
      K: node.k,
      Labels: labels,
      PE: 1,
      inputDataType: inputType,
      numInputVectors: shape.slice(0, -1),
      outputDataType: output.name,
    },
  });
}
