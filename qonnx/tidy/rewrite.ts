import type { OnnxNode, OnnxTensor } from '../../onnx/model.ts';
import { renamed } from '../../onnx/renamed.ts';
import type { Pass } from './pass.ts';
import type { View } from './view.ts';
import { viewOf } from './view.ts';

/** Nodes that make the outputs of the node that they replace, and new constants by their names. */
export interface Replacement {
  readonly nodes: readonly OnnxNode[];
  readonly constants?: ReadonlyMap<string, OnnxTensor>;
}

/** What replaces a node: other nodes, or a tensor that is its output. */
export type Rewrite = Replacement | { readonly same: string };

/** What replaces a node, or null; the look-ups are in the model before any replacement of the pass. */
export type Rule = (node: OnnxNode, view: View) => Rewrite | null;

/** Several replacements in their order as one. */
export function joined(parts: readonly Replacement[]): Replacement {
  return {
    nodes: parts.flatMap(({ nodes }) => nodes),
    constants: new Map(parts.flatMap(({ constants }) => [...(constants ?? [])])),
  };
}

/** The pass that asks a rule about every node, once, in their order. */
export function rewriting(rule: Rule): Pass {
  return (model) => {
    const { graph } = model;
    const view = viewOf(model);
    const initializers = new Map(graph.initializers);
    const aliases = new Map<string, string>();
    const renames = new Map<string, string>();
    const nodes = graph.nodes.flatMap((original) => {
      const node = { ...original, inputs: original.inputs.map((name) => aliases.get(name) ?? name) };
      const rewrite = rule(node, view);
      if (rewrite === null) return [node];
      if ('nodes' in rewrite) {
        for (const [name, tensor] of rewrite.constants ?? []) initializers.set(name, tensor);
        return rewrite.nodes;
      }
      const [output = ''] = node.outputs;
      const { same } = rewrite;
      if (view.isOutput(output)) {
        // An output of the network keeps its name, which only a tensor that a node makes can take over.
        if (!view.producerOf(same) || view.isOutput(same) || renames.has(same)) return [node];
        renames.set(same, output);
      }
      aliases.set(output, same);
      return [];
    });
    const annotations = withoutAliases(graph.annotations, aliases);
    return renamed({ ...model, graph: { ...graph, nodes, initializers, annotations } }, renames);
  };
}

/** What is annotated at an alias holds for its tensor, unless that has annotations of its own. */
function withoutAliases<T>(
  annotations: ReadonlyMap<string, T>,
  aliases: ReadonlyMap<string, string>,
): ReadonlyMap<string, T> {
  const own = [...annotations].filter(([name]) => !aliases.has(name));
  const inherited = [...annotations].flatMap(([name, annotation]) => {
    const tensor = aliases.get(name);
    return tensor === undefined ? [] : [[tensor, annotation] as const];
  });
  return new Map([...inherited.reverse(), ...own]);
}

/** A constant of whole numbers, such as a shape. */
export function integers(values: readonly number[]): OnnxTensor {
  return {
    elementType: 'int64',
    shape: [values.length],
    values: BigInt64Array.from(values, BigInt),
  };
}
