import { prepare, run } from '../../../finn/execute/run.ts';
import type { Lowered } from '../../../finn/lower/lower.ts';
import type { OnnxModel, OnnxTensor } from '../../../onnx/model.ts';
import { runHost } from '../../../stages/shared/host.ts';
import { differingOutput } from '../../rig/against-original/compare.ts';
import { original, tensorsOf } from '../../rig/against-original/observed.ts';

/** The first output of boards and host that differs from the network's, as a sentence; null if none does. */
export function differenceFrom(
  model: OnnxModel,
  { graph, host }: Pick<Lowered, 'graph' | 'host'>,
  input: OnnxTensor,
): string | null {
  const ends = runHost(host);
  const outputs = ends.fromBoards(run(prepare(graph), ends.toBoards(input)));
  return differingOutput(model, tensorsOf(original(model), input), outputs);
}
