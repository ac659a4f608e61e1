import { datatype } from '../../datatype.ts';
import type { Upsample } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { Context, Layer } from './layer.ts';
import { hardware, layerTensor } from './layer.ts';

/** Every pixel as a block of equal ones (FINN+ 1.6.1 `InferUpsample`). */
export function upsample(node: Upsample, context: Context): Layer {
  const image = layerTensor(node.inputs[0], context);
  const output = layerTensor(node.output, context);
  if (!datatype(image.datatype).integer)
    throw unsupported(
      node,
      `enlarges an image of datatype ${image.datatype}`,
      'put a quantiser with one scale in front of it',
    );
  const [batchSize = 1, HI = 1, WI = 1, NumChannels = 1] = image.shape;
  const [, HO = 1, WO = 1] = output.shape;
  return hardware({
    name: node.name,
    opType: 'UpsampleNearestNeighbour',
    inputs: node.inputs,
    outputs: [output],
    parameters: [],
    attributes: {
      HI,
      HO,
      NumChannels,
      SIMD: 1,
      WI,
      WO,
      batchSize,
      cpp_interface: 'hls_vector',
      hls_style: 'freerunning',
      inputDataType: image.datatype,
    },
  });
}
