import type { Reshape } from '../float_graph.ts';
import { unsupported } from '../refuse.ts';
import type { Context, Layer } from './layer.ts';

/** A reshape in the stream (FINN+ 1.6.1 `InferReshape`). */
export function reshape(node: Reshape, context: Context): Layer {
  if (node.host)
    throw unsupported(
      node,
      'stands between hardware layers',
      'use a Reshape to a constant shape without zeros',
    );
  return {
    opType: 'Reshape',
    input: node.inputs[0]!,
    output: node.output,
    parameters: [],
    attributes: {
      backend: 'fpgadataflow',
      inp_shape: context.shapeOf(node.inputs[0]!),
      out_shape: node.shape,
      dtype: context.datatypeOf(node.inputs[0]!),
    },
    covers: [node],
  };
}
