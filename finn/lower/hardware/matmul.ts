import { datatype } from '../../datatype.ts';
import { consumerOf, type MatMul } from '../float_graph.ts';
import { unsupported } from '../refuse.ts';
import type { Context, Layer } from './layer.ts';
import { activationBias, checkedThresholds } from './threshold.ts';

/**
 * A matrix-vector unit, with the thresholds that follow inside it (FINN+ 1.6.1 `InferQuantizedMatrixVectorActivation`
 * and `InferBinaryMatrixVectorActivation`).
 */
export function matrixVectorUnit(node: MatMul, context: Context): Layer {
  const inputType = context.datatypeOf(node.inputs[0]!);
  if (!datatype(inputType).integer)
    throw unsupported(
      node,
      `multiplies activations of datatype ${inputType}`,
      node.inputs[0] === context.graph.input.name
        ? 'annotate the input with its integer datatype (finn_datatype, such as UINT8)'
        : 'quantise its input, with one scale for the whole tensor',
    );
  const binary = node.op === 'XnorPopcountMatMul';
  const consumer = consumerOf(context.graph, node);
  const activation = consumer?.op === 'MultiThreshold' ? consumer : null;
  const [rows = 0, columns = 0] = node.weights.shape;
  const output = activation?.output ?? node.output;
  return {
    opType: 'MVAU',
    input: node.inputs[0]!,
    output,
    parameters: [
      { name: context.parameterName(node), constant: node.weights, layout: node.layout },
      ...(activation
        ? [
            {
              name: context.parameterName(activation),
              constant: checkedThresholds(activation, columns),
              layout: null,
            },
          ]
        : []),
    ],
    attributes: {
      ActVal: activation ? activationBias(activation, binary ? 'binary' : 'matrix') : 0,
      MH: columns,
      MW: rows,
      PE: 1,
      SIMD: 1,
      backend: 'fpgadataflow',
      binaryXnorMode: binary ? 1 : 0,
      ...(binary ? {} : { inFIFODepths: [2] }),
      inputDataType: inputType,
      ...(binary ? {} : { mem_mode: 'internal_decoupled' }),
      noActivation: activation ? 0 : 1,
      numInputVectors: context.shapeOf(node.inputs[0]!).slice(0, -1),
      outputDataType: context.datatypeOf(output),
      weightDataType: node.weights.datatype,
    },
    covers: activation ? [node, activation] : [node],
  };
}
