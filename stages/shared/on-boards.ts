import { keysIn } from '../../boards/world.ts';
import type { Deployment } from '../../boards/deployment.ts';
import { parseDeployment } from '../../boards/deployment.ts';
import { Refusal } from '../../base/refusal.ts';
import type { SequenceResult } from '../../cluster/sequence.ts';
import { runSequence } from '../../cluster/sequence.ts';
import { openCluster } from '../../cluster/start.ts';
import type { World } from '../../core/contracts/world.ts';
import type { OnnxTensor } from '../../onnx/model.ts';
import type { Host } from './host.ts';

/** What the boards returned for a batch. */
export interface BoardResults {
  /** For each image one tensor per output of the network. */
  readonly results: readonly (readonly OnnxTensor[])[];
  readonly sequence: SequenceResult;
}

/** The deployment that all boards agree on, from the texts of their receipts. */
export function agreedDeployment(
  receipts: readonly { readonly name: string; readonly text: string }[],
): Deployment {
  const [first, ...others] = receipts.map(({ name, text }) => parseDeployment(text, `the receipt ${name}`));
  if (first !== undefined && others.every(({ deployment }) => deployment === first.deployment)) return first;
  throw new Refusal(
    'smoke/mixed-deployment',
    first === undefined ? 'nothing is deployed' : 'the boards hold different deployments',
    'deploy to all boards of the cluster',
  );
}

/** Runs one batch through the host part and the boards. */
export type RunBatch = (images: readonly OnnxTensor[]) => Promise<BoardResults>;

/** Opens the boards of a deployment for `work` and closes them again. `clock` returns seconds. */
export async function onBoards<T>(
  deployment: Deployment,
  host: Host,
  world: World,
  clock: () => number,
  work: (run: RunBatch) => Promise<T>,
): Promise<T> {
  const boards = world.boards.filter(({ name }) => deployment.assignment.includes(name));
  const cluster = await openCluster(boards, world, keysIn(world));
  try {
    return await work(async (images) => {
      const inputs = images.map((image) => host.toBoards(image));
      const sequence = await runSequence(deployment, cluster.boards, inputs, clock);
      return { results: sequence.outputs.map((output) => host.fromBoards(output)), sequence };
    });
  } finally {
    await cluster.close();
  }
}
