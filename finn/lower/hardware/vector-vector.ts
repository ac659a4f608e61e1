import type { DepthwiseMatMul } from '../float-graph.ts';
import type { Context, Layer } from './layer.ts';
import { hardware, layerTensor } from './layer.ts';
import { activationBias } from './threshold.ts';
import { integerInput, thresholdsInside, unitParameters } from './unit.ts';

/** A kernel per channel, with the thresholds that follow inside it (FINN+ 1.6.1 `InferVectorVectorActivation`). */
export function vectorVectorUnit(node: DepthwiseMatMul, context: Context): Layer {
  const inputType = integerInput(node, context);
  const activation = thresholdsInside(node, context.graph, context.route);
  const [channels = 0, , height = 1, width = 1] = node.weights.shape;
  const output = layerTensor(activation?.output ?? node.output, context);
  return hardware(
    {
      name: node.name,
      opType: 'VVAU',
      inputs: node.inputs,
      outputs: [output],
      parameters: unitParameters(node, activation, channels, context),
      attributes: {
        ActVal: activation ? activationBias(activation, 'alone') : 0,
        Channels: channels,
        Dim: context.graph.shapeOf(node.inputs[0]).slice(1, 3),
        Kernel: [height, width],
        PE: channels,
        inputDataType: inputType,
        noActivation: activation ? 0 : 1,
        outputDataType: output.datatype,
        weightDataType: node.weights.datatype,
      },
    },
    activation?.name,
  );
}
