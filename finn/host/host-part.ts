import { permuteAxes } from '../permute.ts';
import type { IntegerTensor } from '../tensor.ts';
import { elementCount } from '../../base/shape.ts';

/** An operation of the host on a tensor before or after the FPGA part. */
export type HostOp =
  | { readonly op: 'Transpose'; readonly perm: readonly number[] }
  | { readonly op: 'Reshape'; readonly shape: readonly number[] };

/** A tensor on the side of the host. */
export interface HostTensor {
  readonly shape: readonly number[];
  /** QONNX datatype name. */
  readonly datatype: string;
}

/** `host.json`: the part of a network that FINN cannot put on the FPGA. */
export interface HostPart {
  readonly format: 1;
  readonly before: readonly HostOp[];
  readonly after: readonly HostOp[];
  /** The tensors that the user passes in and receives. */
  readonly input: HostTensor;
  readonly output: HostTensor;
}

/** Runs host operations in order. They come from preprocess and fit the tensor. */
export function runHost(ops: readonly HostOp[], tensor: IntegerTensor): IntegerTensor {
  return ops.reduce((current, op) => {
    switch (op.op) {
      case 'Transpose':
        return transpose(current, op.perm);
      case 'Reshape':
        return { shape: resolved(op.shape, current), data: current.data };
      default:
        return op satisfies never;
    }
  }, tensor);
}

/** ONNX writes one extent as -1 if it follows from the others. */
function resolved(shape: readonly number[], { data }: IntegerTensor): readonly number[] {
  const known = elementCount(shape.filter((extent) => extent !== -1));
  return shape.map((extent) => (extent === -1 ? data.length / known : extent));
}

function transpose({ shape, data }: IntegerTensor, perm: readonly number[]): IntegerTensor {
  const moved = new Int32Array(data.length);
  return { shape: permuteAxes(shape, data, perm, moved), data: moved };
}
