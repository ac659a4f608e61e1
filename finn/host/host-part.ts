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
