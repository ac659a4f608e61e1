import { extract } from '../../onnx/extract.ts';
import { inSeries } from '../../onnx/in-series.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { flowOf } from './flow.ts';
import { frontOf } from './front.ts';
import { imageInput } from './image-input.ts';
import { hostNodes } from './roles.ts';
import { startOfTail } from './tail.ts';

/** A network in three parts in a row; the first and the last may be empty. */
export interface Divided {
  /** From the network's input to integers, on the host. */
  readonly front: OnnxModel;
  /** What becomes hardware, with one input and one output. */
  readonly body: OnnxModel;
  /** What follows on the host. */
  readonly tail: OnnxModel;
}

/**
 * Divides a tidy network into what the host runs and what becomes hardware. Refuses a network whose part for the host is in
 * the middle, or with several outputs that part in front of a layer.
 */
export function divide(model: OnnxModel): Divided {
  const { front: shaping, rest: images } = imageInput(model);
  const flow = flowOf(images.graph);
  const { front, rest } = frontOf(images, flow, hostNodes(images, flow));
  const restFlow = flowOf(rest.graph);
  const link = startOfTail(rest, restFlow, hostNodes(rest, restFlow));
  return {
    front: inSeries(shaping, front),
    body: extract(rest, rest.graph.inputs, [link]),
    tail: extract(rest, [link], model.graph.outputs),
  };
}
