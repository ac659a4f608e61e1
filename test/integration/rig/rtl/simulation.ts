import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { writeHardwareGraph } from '../../../../finn/dialect/write.ts';
import type { HardwareGraph } from '../../../../finn/graph.ts';
import type { JobResult } from '../workshop.ts';
import { workshop } from '../workshop.ts';
import type { Outcome, SimulationPlan } from './outcomes.ts';
import { outcomesOf, paramsOf } from './outcomes.ts';

export interface RtlRig {
  readonly simulate: (graph: HardwareGraph, plan: SimulationPlan) => Promise<readonly Outcome[]>;
  /** The job alone, with what it reports. */
  readonly run: (graph: HardwareGraph, plan: SimulationPlan, tools?: string) => Promise<JobResult>;
}

/** Jobs in FINN's Python with this Verilator, in a folder that goes away with the suite. */
export function rtlRig(python: string, verilator: string): RtlRig {
  const root = mkdtempSync(join(tmpdir(), 'rtl-'));
  const place = workshop(root, python);
  afterAll(() => {
    place.end();
    rmSync(root, { recursive: true });
  });
  const run: RtlRig['run'] = (graph, plan, tools) =>
    place.run({
      template: 'rtl/simulate.py',
      params: paramsOf(plan),
      inputs: { 'model/dataflow.onnx': writeHardwareGraph(graph) },
      tools: tools ?? verilator,
    });
  return {
    run,
    simulate: async (graph, plan) => {
      const { outcome, log, out } = await run(graph, plan);
      if (outcome?.ok !== true) throw new Error(`${JSON.stringify(outcome)}\n${log}`);
      return outcomesOf(graph, join(out, 'raw'), plan);
    },
  };
}
