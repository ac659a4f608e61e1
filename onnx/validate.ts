import type { OnnxGraph } from './model.ts';
import { inconsistent, labelOf } from './sort.ts';

/**
 * Refuses an inconsistent graph (`onnx/inconsistent`) whose nodes read only what something makes: nothing may be produced
 * twice, and there must be inputs and outputs. With `sortedNodes`, this also detects a file that was cut between two fields,
 * which still decodes.
 */
export function checkGraph(graph: OnnxGraph): void {
  checkNodes(graph);
  checkInitializers(graph);
}

function checkNodes({ nodes, inputs, outputs, initializers }: OnnxGraph): void {
  const known = new Set([...inputs.map((info) => info.name), ...initializers.keys()]);
  for (const node of nodes)
    for (const output of node.outputs.filter((name) => name !== '')) {
      if (known.has(output))
        throw inconsistent(`${output}, an output of node ${labelOf(node)}, is made twice`);
      known.add(output);
    }
  for (const [what, list] of Object.entries({ inputs, outputs }))
    if (list.length === 0) throw inconsistent(`the graph has no ${what}`);
}

function checkInitializers({ initializers, valueInfo }: OnnxGraph): void {
  for (const [name, { shape }] of initializers) {
    const stated = valueInfo.get(name)?.shape;
    if (stated && !sameShape(stated, shape))
      throw inconsistent(
        `initializer ${name} has shape [${shape.join(', ')}], stated as [${stated.join(', ')}]`,
      );
  }
}

function sameShape(stated: readonly (number | null)[], shape: readonly number[]): boolean {
  return (
    stated.length === shape.length && stated.every((size, axis) => size === null || size === shape[axis])
  );
}
