import { prepare, run } from '../../../finn/execute/run.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import type { HostModels } from '../../../finn/host/host-part.ts';
import { narrowAccumulators } from '../../../finn/minimise/binary-accumulator.ts';
import { runHost } from '../../../stages/shared/host.ts';
import type { Exported } from '../../integration/rig/networks/exported/index.ts';
import { differingOutput } from './compare.ts';
import { original, tensorsOf } from './observed.ts';
import type { Rounding } from './roundings.ts';
import { explainedByRounding } from './roundings.ts';

/** What hardware between its host parts makes of an image, compared with what the network makes of it. */
export interface Agreement {
  /** Null if both make the same, or if a rounding explains the difference. */
  readonly difference: string | null;
  /** Why both are right though they differ, or why the difference is known. */
  readonly reason: Rounding | 'narrow accumulator' | null;
}

/** Numbers of the inputs that networks are compared on. */
export const images = [1, 2, 3];

/** Image by image. */
export function agreementsOf(
  { model, input }: Exported,
  graph: HardwareGraph,
  models: HostModels,
): readonly Agreement[] {
  const network = original(model);
  const executor = prepare(graph);
  const host = runHost(models);
  const front = new Set(models.before.graph.nodes.flatMap(({ outputs }) => outputs));
  return images.map((image) => {
    const given = input(image);
    const outputs = host.fromBoards(run(executor, host.toBoards(given)));
    const difference = differingOutput(model, tensorsOf(network, given), outputs);
    if (difference === null) return { difference, reason: null };
    const reason =
      explainedByRounding(network, given, outputs, front) ??
      (narrowAccumulators(graph).length > 0 ? 'narrow accumulator' : null);
    return { difference: reason === null ? `image ${image}: ${difference}` : null, reason };
  });
}
