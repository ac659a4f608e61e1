import { datatype } from '../../datatype.ts';
import { jointDatatype } from '../../ops/joint-datatype.ts';
import type { Concat } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import { mapSome } from '../some.ts';
import type { Context, Layer } from './layer.ts';
import { hardware, layerTensor } from './layer.ts';

/** Streams whose channels follow each other (FINN+ 1.6.1 `InferConcatLayer`). */
export function concatOfStreams(node: Concat, context: Context): Layer {
  const inputs = mapSome(node.inputs, (name) => layerTensor(name, context));
  const [{ shape }] = inputs;
  for (const { datatype: type } of inputs)
    if (!datatype(type).integer)
      throw unsupported(
        node,
        `joins values of datatype ${type}`,
        'quantise all branches with one scale, such as by one shared quantiser',
      );
  if (node.axis !== shape.length - 1)
    throw unsupported(node, `joins along axis ${node.axis}`, 'join channels');
  const types = inputs.map((input) => input.datatype);
  return hardware({
    name: node.name,
    opType: 'StreamingConcat',
    inputs: node.inputs,
    outputs: [layerTensor(node.output, context, jointDatatype(types))],
    parameters: [],
    attributes: {
      ChannelsPerStream: node.extents,
      SIMD: 1,
      cpp_interface: 'hls_vector',
      hls_style: 'freerunning',
      inFIFODepths: inputs.map(() => 2),
      inputDataTypes: types,
      numInputVectors: shape.slice(0, -1),
    },
  });
}
