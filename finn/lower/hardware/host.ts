import type { Reshape, Transpose } from '../float-graph.ts';
import type { Context, Layer } from './layer.ts';
import { layerTensor } from './layer.ts';

/** A transpose, which stays with the host. */
export function hostTranspose(node: Transpose, context: Context): Layer {
  return {
    name: node.name,
    opType: node.op,
    inputs: node.inputs,
    outputs: [layerTensor(node.output, context)],
    parameters: [],
    attributes: {},
    host: { op: 'Transpose', perm: node.perm },
  };
}

/** A reshape of which it is not yet known whether it becomes hardware. */
export function hostReshape(node: Reshape, context: Context): Layer {
  return {
    name: node.name,
    // FINN makes hardware of a reshape to a shape without zeros, but never of a Flatten.
    opType: node.host ? 'Flatten' : 'Reshape',
    inputs: node.inputs,
    outputs: [layerTensor(node.output, context)],
    parameters: [],
    attributes: {},
    host: { op: 'Reshape', shape: node.shape },
  };
}
