import type { ElementType, OnnxAttribute, OnnxTensor } from '../../../onnx/model.ts';

/** An operator of ONNX that the host runs on the inputs of its layer, followed by constants. */
export interface HostOp {
  readonly opType: 'Add' | 'Div' | 'Mul' | 'Reshape' | 'Sub' | 'TopK' | 'Transpose';
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  readonly constants: readonly OnnxTensor[];
  /** Of its result. */
  readonly elementType: ElementType | 'as before';
}
