import { Refusal } from '../../../base/refusal.ts';
import { writtenDepths } from '../../../finn/cycles/choose-depths.ts';
import { stalling } from '../../../finn/cycles/drivers.ts';
import { networkOf } from '../../../finn/cycles/network.ts';
import { simulate } from '../../../finn/cycles/simulate.ts';
import { queuePlaces } from '../../../finn/cycles/time-graph.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import type { MvauQueue } from '../../toolchain.ts';
import type { Segment } from './segment.ts';

export interface CycleJob {
  readonly graph: HardwareGraph;
  readonly segment: Segment;
  readonly images: number;
  readonly part: string;
  readonly queue: MvauQueue;
}

/**
 * The cycle of every word that leaves a segment by the cycle model, with the same pauses at its ends; null for a segment with
 * a layer that the model does not cover. Refuses FIFOs of other depths than the model expects FINN to insert.
 */
export function modelledCycles({ graph, segment, images, part, queue }: CycleJob): Int32Array | null {
  const modelled = networkOf(graph, part);
  if (modelled.type === 'none') return null;
  const { network } = modelled;
  const depths = writtenDepths(network.fifos);
  if (!isSameList(depths, segment.depths))
    throw new Refusal(
      'verify/rtl-mismatch',
      `FINN inserts FIFOs of depths ${segment.depths.join(', ')} around ${segment.nodes.join(', ')}, the model ${depths.join(', ')}`,
    );
  const driver = stalling(segment.stalls, network.source.words * images);
  const run = simulate(network, depths, {
    images,
    queue: queuePlaces(queue),
    limit: Infinity,
    driver,
    watch: true,
  });
  return run.ending === 'done' ? run.words : beforeDeadlock(run.words);
}

/** The words that left: their cycles ascend, and those after them are 0. */
function beforeDeadlock(words: Int32Array): Int32Array {
  const none = words[1] === 0;
  const end = words.findIndex((cycle, word) => word > 0 && cycle <= (words[word - 1] ?? 0));
  return words.subarray(0, none ? 0 : end === -1 ? words.length : end);
}

/** The order is that of the graph, which forks number in two ways. */
function isSameList(left: readonly number[], right: readonly number[]): boolean {
  const [first, second] = [left, right].map((list) => [...list].sort((a, b) => a - b).join());
  return first === second;
}
