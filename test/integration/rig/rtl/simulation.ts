import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { readHardwareGraph } from '../../../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../../../finn/dialect/write.ts';
import type { HardwareGraph } from '../../../../finn/graph.ts';
import { disagreementOf } from '../../../../stages/finn/rtl/compare.ts';
import type { Disagreement, SimulatedWords } from '../../../../stages/finn/rtl/compare.ts';
import type { Segment } from '../../../../stages/finn/rtl/segment.ts';
import { graphOf, readSegments } from '../../../../stages/finn/rtl/segment.ts';
import { readWords } from '../../../../stages/finn/rtl/files.ts';
import type { MvauQueue } from '../../../../stages/toolchain.ts';
import type { JobResult } from '../workshop.ts';
import { workshop } from '../workshop.ts';

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

export interface RtlRig {
  readonly simulate: (graph: HardwareGraph, plan: SimulationPlan) => Promise<readonly Outcome[]>;
  /** The job alone, with what it reports. */
  readonly run: (graph: HardwareGraph, plan: SimulationPlan, tools?: string) => Promise<JobResult>;
}

const part = 'xc7z020clg484-1';

/** Jobs in FINN's Python with this Verilator, in a folder that goes away with the suite. */
export function rtlRig(python: string, verilator: string): RtlRig {
  const root = mkdtempSync(join(tmpdir(), 'rtl-'));
  const place = workshop(root, python);
  afterAll(() => {
    place.end();
    rmSync(root, { recursive: true });
  });
  const run: RtlRig['run'] = (graph, { part: chosen = part, standIns = false, ...plan }, tools) =>
    place.run({
      template: 'rtl/simulate.py',
      params: { ...plan, standIns, target: { part: chosen, clockMHz: 100 } },
      inputs: { 'model/dataflow.onnx': writeHardwareGraph(graph) },
      tools: tools ?? verilator,
    });
  return {
    run,
    simulate: async (graph, plan) => {
      const { outcome, log, out } = await run(graph, plan);
      if (outcome?.ok !== true) throw new Error(`${JSON.stringify(outcome)}\n${log}`);
      return outcomesOf(readHardwareGraph(writeHardwareGraph(graph)), join(out, 'raw'), plan);
    },
  };
}

function outcomesOf(graph: HardwareGraph, raw: string, plan: SimulationPlan): readonly Outcome[] {
  const { segments, leftOut } = readSegments(readFileSync(join(raw, 'segments.json'), 'utf8'));
  if (leftOut.length > 0) throw new Error(`not simulated: ${leftOut.join(', ')}`);
  return segments.map((segment, index) => {
    const alone = graphOf(graph, segment);
    const words = readWords(join(raw, `${index}`));
    const job = { graph: alone, segment, images: plan.images, part: plan.part ?? part, queue: plan.queue };
    return { graph: alone, segment, words, disagreement: disagreementOf(job, words) };
  });
}
