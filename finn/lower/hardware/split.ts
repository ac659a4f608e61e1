import { datatype } from '../../datatype.ts';
import type { Split } from '../float-graph.ts';
import { outputsOf } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import { mapSome } from '../some.ts';
import type { Context, Layer } from './layer.ts';
import { hardware, layerTensor } from './layer.ts';

/** A stream whose channels go to several streams (FINN+ 1.6.1 `InferSplitLayer`). */
export function splitOfStream(node: Split, context: Context): Layer {
  const input = layerTensor(node.inputs[0], context);
  if (!datatype(input.datatype).integer)
    throw unsupported(
      node,
      `splits values of datatype ${input.datatype}`,
      'quantise in front of it with one scale for all channels',
    );
  if (node.axis !== input.shape.length - 1)
    throw unsupported(node, 'splits something other than channels', 'split along axis 1');
  const outputs = mapSome(outputsOf(node), (name) => layerTensor(name, context, input.datatype));
  return hardware({
    name: node.name,
    opType: 'StreamingSplit',
    inputs: node.inputs,
    outputs,
    parameters: [],
    attributes: {
      ChannelsPerStream: node.extents,
      SIMD: 1,
      cpp_interface: 'hls_vector',
      hls_style: 'freerunning',
      inputDataType: input.datatype,
      numInputVectors: input.shape.slice(0, -1),
      outFIFODepths: outputs.map(() => 2),
    },
  });
}
