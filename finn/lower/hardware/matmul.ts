import type { MatMul } from '../float-graph.ts';
import type { Context, Layer } from './layer.ts';
import { hardware, layerTensor } from './layer.ts';
import { activationBias } from './threshold.ts';
import { integerInput, thresholdsInside, unitParameters } from './unit.ts';

/**
 * A matrix-vector unit, with the thresholds that follow inside it (FINN+ 1.6.1 `InferQuantizedMatrixVectorActivation`
 * and `InferBinaryMatrixVectorActivation`).
 */
export function matrixVectorUnit(node: MatMul, context: Context): Layer {
  const inputType = integerInput(node, context);
  const binary = node.op === 'XnorPopcountMatMul';
  const activation = thresholdsInside(node, context.graph, context.route);
  const [rows = 0, columns = 0] = node.weights.shape;
  const output = layerTensor(activation?.output ?? node.output, context);
  return hardware(
    {
      name: node.name,
      opType: 'MVAU',
      inputs: node.inputs,
      outputs: [output],
      parameters: unitParameters(node, activation, columns, context),
      attributes: {
        ActVal: activation ? activationBias(activation, binary ? 'binary' : 'matrix') : 0,
        MH: columns,
        MW: rows,
        PE: 1,
        SIMD: 1,
        binaryXnorMode: binary ? 1 : 0,
        ...(binary ? {} : { inFIFODepths: [2], mem_mode: 'internal_decoupled' }),
        inputDataType: inputType,
        noActivation: activation ? 0 : 1,
        numInputVectors: context.graph.shapeOf(node.inputs[0]).slice(0, -1),
        outputDataType: output.datatype,
        weightDataType: node.weights.datatype,
      },
    },
    activation?.name,
  );
}
