import { permuteAxes } from '../permute.ts';
import type { IntegerTensor } from '../tensor.ts';
import { elementCount } from '../../base/shape.ts';
import type { OnnxModel } from '../../onnx/model.ts';

/** A tensor on the side of the host. */
export interface HostTensor {
  /** As in the user's file. */
  readonly name: string;
  readonly shape: readonly number[];
  /** QONNX datatype name; `FLOAT32` for values that no quantiser made. */
  readonly datatype: string;
}

/** What an output says: the index of a class, or values. */
export type Meaning = 'class' | 'values';

/** `host.json`: the tensors that the user passes in and receives. */
export interface HostPart {
  readonly format: 2;
  readonly input: HostTensor;
  readonly outputs: readonly (HostTensor & { readonly meaning: Meaning })[];
}

/**
 * The part of a network that runs on the host: `before` makes the boards' input of the user's, `after` the user's outputs of
 * the boards' output. A model without nodes passes its input on.
 */
export interface HostModels {
  readonly part: HostPart;
  readonly before: OnnxModel;
  readonly after: OnnxModel;
}

/** An operation of the host on a tensor before or after the FPGA part. */
export type HostOp =
  | { readonly op: 'Transpose'; readonly perm: readonly number[] }
  | { readonly op: 'Reshape'; readonly shape: readonly number[] };

/** `host.json` of the embedded front end: the part of a network that FINN cannot put on the FPGA. */
export interface HostOps {
  readonly format: 1;
  readonly before: readonly HostOp[];
  readonly after: readonly HostOp[];
  /** The tensors that the user passes in and receives. */
  readonly input: Omit<HostTensor, 'name'>;
  readonly output: Omit<HostTensor, 'name'>;
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
