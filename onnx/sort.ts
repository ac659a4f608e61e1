import { Refusal } from '../base/refusal.ts';
import type { OnnxGraph, OnnxNode } from './model.ts';

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
  if (left) throw inconsistent(`node ${labelOf(left)} depends on its own output`);
  return sorted;
}

/** The refusal of a graph whose parts contradict each other; `detail` says which. */
export function inconsistent(detail: string): Refusal {
  return new Refusal(
    'onnx/inconsistent',
    `the ONNX graph is inconsistent: ${detail}`,
    'the file is damaged or was cut short; export or copy it again',
  );
}

/** A node as messages about files name it. */
export function labelOf({ name, opType }: OnnxNode): string {
  return name === '' ? `of type ${opType}` : name;
}

function checkProducers({ nodes, inputs, outputs, initializers }: OnnxGraph): void {
  const made = new Set([
    ...inputs.map(({ name }) => name),
    ...initializers.keys(),
    ...nodes.flatMap((node) => node.outputs),
  ]);
  for (const node of nodes) {
    const missing = node.inputs.find((input) => input !== '' && !made.has(input));
    if (missing !== undefined)
      throw inconsistent(`node ${labelOf(node)} reads ${missing}, which nothing in the file makes`);
  }
  const missing = outputs.find(({ name }) => !made.has(name));
  if (missing) throw inconsistent(`no node makes the graph output ${missing.name}`);
}
