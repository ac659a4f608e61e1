import { Refusal } from '../base/refusal.ts';
import type { OnnxGraph, OnnxNode } from '../onnx/model.ts';
import { labelOf } from './operators/operator.ts';

/**
 * The nodes so that each follows those whose outputs it reads, otherwise in the order of the file. Refuses a graph in which
 * something reads what nothing makes, or nodes wait for each other (`onnx/inconsistent`).
 */
export function sortedNodes(graph: OnnxGraph): readonly OnnxNode[] {
  checkProducers(graph);
  const known = new Set([...graph.inputs.map(({ name }) => name), ...graph.initializers.keys()]);
  const waiting = new Map<string, OnnxNode[]>();
  const sorted: OnnxNode[] = [];
  for (const first of graph.nodes) {
    const ready = [first];
    for (let node = ready.pop(); node; node = ready.pop()) {
      const missing = node.inputs.find((input) => input !== '' && !known.has(input));
      if (missing !== undefined) {
        waiting.set(missing, [...(waiting.get(missing) ?? []), node]);
        continue;
      }
      sorted.push(node);
      for (const made of node.outputs) {
        known.add(made);
        ready.push(...(waiting.get(made) ?? []).reverse());
        waiting.delete(made);
      }
    }
  }
  const [left] = [...waiting.values()].flat();
  if (left) throw inconsistent(`${labelOf(left)} depends on its own output`);
  return sorted;
}

function checkProducers({ nodes, inputs, outputs, initializers }: OnnxGraph): void {
  const made = new Set([
    ...inputs.map(({ name }) => name),
    ...initializers.keys(),
    ...nodes.flatMap((node) => node.outputs),
  ]);
  for (const node of nodes) {
    const missing = node.inputs.find((input) => input !== '' && !made.has(input));
    if (missing !== undefined) throw inconsistent(`${labelOf(node)} reads ${missing}, which nothing makes`);
  }
  const missing = outputs.find(({ name }) => !made.has(name));
  if (missing) throw inconsistent(`nothing makes the output ${missing.name}`);
}

function inconsistent(detail: string): Refusal {
  return new Refusal(
    'onnx/inconsistent',
    `the ONNX graph is inconsistent: ${detail}`,
    'export the model again',
  );
}
