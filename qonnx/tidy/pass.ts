import type { OnnxModel } from '../../onnx/model.ts';

/** One step towards the tidy form; it keeps what the model computes. */
export type Pass = (model: OnnxModel) => OnnxModel;
