import type { HardwareGraph } from '../../graph.ts';
import { tensorOf } from '../../graph.ts';
import type { Complaint } from './complaint.ts';

/** The complaint, about the graph, that its inputs are several images at once: every figure is for one. */
export function largeBatch(graph: HardwareGraph): Complaint | null {
  for (const name of graph.inputs) {
    const { shape } = tensorOf(graph, name);
    if (shape[0] === 1) continue;
    return {
      what: `the input ${name} has a batch of ${shape[0] ?? 0}`,
      hint: 'export the model with a batch of 1',
    };
  }
  return null;
}
