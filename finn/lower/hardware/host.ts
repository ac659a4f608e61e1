import type { OnnxTensor } from '../../../onnx/model.ts';
import type { Affine, Constant, Reshape, TopK, Transpose } from '../float-graph.ts';
import type { HostOp } from './host-op.ts';
import type { Context, Layer } from './layer.ts';
import { layerTensor } from './layer.ts';

/** A transpose, which stays with the host. */
export function hostTranspose(node: Transpose, context: Context): Layer {
  return onHost(node, node.op, context, transposing(node.perm));
}

/** The host's operation that permutes axes. */
export function transposing(perm: readonly number[]): HostOp {
  return {
    opType: 'Transpose',
    attributes: new Map([['perm', { type: 'ints', value: perm }]]),
    constants: [],
    elementType: 'as before',
  };
}

/** A reshape of which it is not yet known whether it becomes hardware. */
export function hostReshape(node: Reshape, context: Context): Layer {
  // FINN makes hardware of a reshape to a shape without zeros, but never of a Flatten.
  return onHost(node, node.host ? 'Flatten' : 'Reshape', context, {
    opType: 'Reshape',
    attributes: new Map(),
    constants: [integers(node.shape)],
    elementType: 'as before',
  });
}

/** Float arithmetic behind the last layer. */
export function hostArithmetic(node: Affine, context: Context): Layer {
  return onHost(node, node.op, context, {
    opType: node.op,
    attributes: new Map(),
    constants: [floats(node.constant)],
    elementType: 'float32',
  });
}

/** The choice of a class by float scores. */
export function hostTopK(node: TopK, context: Context): Layer {
  return onHost(node, node.op, context, {
    opType: 'TopK',
    attributes: new Map([
      ['axis', { type: 'int', value: -1 }],
      ['largest', { type: 'int', value: 1 }],
      ['sorted', { type: 'int', value: 1 }],
    ]),
    constants: [integers([node.k])],
    elementType: 'int64',
  });
}

/** The permutation of a transpose on the host; null for any other layer. */
export function permutationOf({ host }: Layer): readonly number[] | null {
  const perm = host?.opType === 'Transpose' ? host.attributes.get('perm') : undefined;
  return perm?.type === 'ints' ? perm.value : null;
}

function onHost(
  { name, inputs, output }: Affine | Reshape | TopK | Transpose,
  opType: string,
  context: Context,
  host: HostOp,
): Layer {
  return {
    name,
    opType,
    quantiser: null,
    inputs,
    outputs: [layerTensor(output, context)],
    parameters: [],
    attributes: {},
    host,
  };
}

function integers(values: readonly number[]): OnnxTensor {
  return { elementType: 'int64', shape: [values.length], values: BigInt64Array.from(values, BigInt) };
}

function floats({ shape, values }: Constant): OnnxTensor {
  return { elementType: 'float32', shape, values };
}
