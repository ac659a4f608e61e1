import { inSeries } from '../../onnx/in-series.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import type { HostModels } from './host-part.ts';

/** The host part of a network whose input another model makes of the user's. */
export function behindFront(front: OnnxModel, host: HostModels): HostModels {
  const [input] = front.graph.inputs;
  const shape = input?.shape?.filter((extent) => extent !== null);
  if (!input || !shape || front.graph.nodes.length === 0) return host;
  return {
    ...host,
    part: { ...host.part, input: { ...host.part.input, name: input.name, shape } },
    before: inSeries(front, host.before),
  };
}
