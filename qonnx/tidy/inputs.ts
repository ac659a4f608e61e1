import { Refusal, refuseAll } from '../../base/refusal.ts';
import type { OnnxModel, ValueInfo } from '../../onnx/model.ts';

/** The model for a batch of one where the batch has no size; refuses inputs with other axes without a size (`qonnx/open-shape`). */
export function withFixedInputs(model: OnnxModel): OnnxModel {
  const inputs = model.graph.inputs.map(withBatch);
  refuseAll(inputs.filter(isOpen).map(openShape));
  return { ...model, graph: { ...model.graph, inputs } };
}

/** The type of a tensor for a batch of one if its first axis has no size, for which qonnx also writes 0. */
export function withBatch(info: ValueInfo): ValueInfo {
  const [batch, ...others] = info.shape ?? [];
  return batch === null || batch === 0 ? { ...info, shape: [1, ...others] } : info;
}

/** Whether an axis of a tensor has no size. */
export function isOpen({ shape }: ValueInfo): boolean {
  return shape === null || shape.some((extent) => extent === null || extent === 0);
}

function openShape({ name, shape }: ValueInfo): Refusal {
  const stated = shape && `[${shape.map((extent) => extent || '?').join(', ')}]`;
  return new Refusal(
    'qonnx/open-shape',
    `the input ${name} of the network has ${stated ? `the shape ${stated}` : 'no shape'}, and hardware is made for one size`,
    'export the network with fixed sizes; only the batch, the first axis, may be without',
  );
}
