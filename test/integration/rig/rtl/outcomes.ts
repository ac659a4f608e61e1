import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHardwareGraph } from '../../../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../../../finn/dialect/write.ts';
import type { HardwareGraph } from '../../../../finn/graph.ts';
import type { Disagreement, SimulatedWords } from '../../../../stages/finn/rtl/compare.ts';
import { disagreementOf } from '../../../../stages/finn/rtl/compare.ts';
import { readWords } from '../../../../stages/finn/rtl/files.ts';
import type { Segment } from '../../../../stages/finn/rtl/segment.ts';
import { graphOf, readSegments } from '../../../../stages/finn/rtl/segment.ts';
import type { MvauQueue } from '../../../../stages/toolchain.ts';

/** How a graph is simulated; see templates/rtl/simulate.py. */
export interface SimulationPlan {
  readonly images: number;
  readonly stalls: readonly number[];
  readonly seed: number;
  readonly queue: MvauQueue;
  readonly standIns?: boolean;
  readonly part?: string;
}

/** A segment of RTL that was simulated, and what differs from our executor and our cycle model. */
export interface Outcome {
  readonly graph: HardwareGraph;
  readonly segment: Segment;
  readonly words: SimulatedWords;
  readonly disagreement: Disagreement | null;
}

/** The part that graphs are simulated for by default. */
export const zynq = 'xc7z020clg484-1';

/** The parameters of the job. */
export function paramsOf({ part = zynq, standIns = false, ...plan }: SimulationPlan): object {
  return { ...plan, standIns, target: { part, clockMHz: 100 } };
}

/** What a job left in this folder, of a graph as it was written. */
export function outcomesOf(
  written: HardwareGraph,
  raw: string,
  plan: SimulationPlan,
  isWhole = true,
): readonly Outcome[] {
  const graph = readHardwareGraph(writeHardwareGraph(written));
  const { segments, leftOut } = readSegments(readFileSync(join(raw, 'segments.json'), 'utf8'));
  if (isWhole && leftOut.length > 0) throw new Error(`not simulated: ${leftOut.join(', ')}`);
  return segments.map((segment, index) => {
    const alone = graphOf(graph, segment);
    const words = readWords(join(raw, `${index}`));
    const job = { graph: alone, segment, images: plan.images, part: plan.part ?? zynq, queue: plan.queue };
    return { graph: alone, segment, words, disagreement: disagreementOf(job, words) };
  });
}
