import type { AttributeValue, HardwareGraph } from '../graph.ts';
import { opOf } from '../ops/index.ts';
import { inFinnsOrder, writtenByFinn } from './order.ts';

/** A folding file: FINN's order of layers and attributes, defaults spelled out. */
export interface FoldingFile {
  readonly Defaults: { readonly [attribute: string]: never };
  readonly [layer: string]: { readonly [attribute: string]: AttributeValue };
}

/**
 * The folding of a graph as a file that `folding` accepts, equal to the `auto_folding_config.json` that FINN+ 1.6.1
 * `step_target_fps_parallelization` writes for it. Other settings made since the graph was `unfolded` follow.
 */
export function describeFolding(graph: HardwareGraph, unfolded: HardwareGraph): FoldingFile {
  const layers = graph.nodes.map((node, index) => {
    const before = unfolded.nodes[index]?.attributes ?? {};
    const settings = Object.entries(opOf(node).attributes).flatMap(([attribute, rule]) => {
      if (rule.from !== 'folding') return [];
      const value = node.attributes[attribute];
      const isOwn = JSON.stringify(value) !== JSON.stringify(before[attribute]);
      const used = value ?? rule.initial;
      return used !== null && (writtenByFinn.includes(attribute) || isOwn)
        ? [[attribute, used] as const]
        : [];
    });
    return [
      node.name,
      Object.fromEntries(settings.sort(([left], [right]) => inFinnsOrder(left, right))),
    ] as const;
  });
  return { Defaults: {}, ...Object.fromEntries(layers.filter(([, settings]) => hasAny(settings))) };
}

function hasAny(settings: object): boolean {
  return Object.keys(settings).length > 0;
}
