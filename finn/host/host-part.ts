import type { IntegerTensor } from '../tensor.ts';
import { elementCount } from '../../base/shape.ts';

/** What the host does to a tensor before or behind the FPGA part. */
export type HostOp =
  | { readonly op: 'Transpose'; readonly perm: readonly number[] }
  | { readonly op: 'Reshape'; readonly shape: readonly number[] };

/** What the host's side of the FPGA part looks like. */
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
  /** What the user gives and gets. */
  readonly input: HostTensor;
  readonly output: HostTensor;
}

/** Runs host operations in order; the operations come from preprocess and fit the tensor. */
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

/** ONNX writes one extent as -1 where it follows from the others. */
function resolved(shape: readonly number[], { data }: IntegerTensor): readonly number[] {
  const known = elementCount(shape.filter((extent) => extent !== -1));
  return shape.map((extent) => (extent === -1 ? data.length / known : extent));
}

function transpose({ shape, data }: IntegerTensor, perm: readonly number[]): IntegerTensor {
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const target = perm.map((axis) => shape[axis]!);
  const steps = perm.map((axis) => strides[axis]!);
  const moved = new Int32Array(data.length);
  const place = target.map(() => 0);
  for (let index = 0, from = 0; index < moved.length; index += 1) {
    moved[index] = data[from]!;
    for (let axis = target.length - 1; axis >= 0; axis -= 1) {
      place[axis]! += 1;
      from += steps[axis]!;
      if (place[axis]! < target[axis]!) break;
      from -= steps[axis]! * target[axis]!;
      place[axis] = 0;
    }
  }
  return { shape: target, data: moved };
}
