import type { OnnxGraph, OnnxNode } from './model.ts';
import { Refusal } from '../base/refusal.ts';

/**
 * Refuses an inconsistent graph (`onnx/inconsistent`): every input of a node must be a graph input, an initializer or an
 * output of an earlier node, nothing may be produced twice, and every graph output must be produced. This also detects a
 * file that was cut between two fields, which still decodes.
 */
export function checkGraph(graph: OnnxGraph): void {
  checkNodes(graph);
  checkInitializers(graph);
}

function checkNodes({ nodes, inputs, outputs, initializers }: OnnxGraph): void {
  const known = new Set([...inputs.map((info) => info.name), ...initializers.keys()]);
  const later = new Set(nodes.flatMap((node) => node.outputs));
  for (const node of nodes) {
    for (const input of node.inputs) {
      if (input === '' || known.has(input)) continue;
      const reason = later.has(input) ? 'which a later node makes' : 'which nothing in the file makes';
      throw inconsistent(`node ${label(node)} reads ${input}, ${reason}`);
    }
    for (const output of node.outputs.filter((name) => name !== '')) {
      if (known.has(output)) throw inconsistent(`${output}, an output of node ${label(node)}, is made twice`);
      known.add(output);
    }
  }
  for (const [what, list] of Object.entries({ inputs, outputs }))
    if (list.length === 0) throw inconsistent(`the graph has no ${what}`);
  for (const { name } of outputs)
    if (!known.has(name)) throw inconsistent(`no node makes the graph output ${name}`);
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

function label(node: OnnxNode): string {
  return node.name === '' ? `of type ${node.opType}` : node.name;
}

function inconsistent(detail: string): Refusal {
  return new Refusal(
    'onnx/inconsistent',
    `the ONNX graph is inconsistent: ${detail}`,
    'the file is damaged or was cut short; export or copy it again',
  );
}
