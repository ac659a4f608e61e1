import { lastExtent } from '../../../base/shape.ts';
import { datatype } from '../../datatype.ts';
import type { GlobalAccPool } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { Context, Layer } from './layer.ts';
import { hardware, layerTensor } from './layer.ts';

/** The sum of each channel over an image (FINN+ 1.6.1 `InferGlobalAccPoolLayer`). */
export function globalAccPool(node: GlobalAccPool, context: Context): Layer {
  const image = layerTensor(node.inputs[0], context);
  if (!datatype(image.datatype).integer)
    throw unsupported(
      node,
      `averages values of datatype ${image.datatype}`,
      'put a quantiser with one scale in front of it',
    );
  return hardware({
    name: node.name,
    opType: 'GlobalAccPool',
    inputs: node.inputs,
    outputs: [layerTensor(node.output, context)],
    parameters: [],
    attributes: {
      NumChannels: lastExtent(image.shape),
      PE: 1,
      inputDataType: image.datatype,
      numInputVectors: image.shape.slice(0, -1),
    },
  });
}
