import type { AttributeValue, HardwareGraph } from '../graph.ts';
import { opOf } from '../ops/index.ts';

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
      return used !== null && (written.includes(attribute) || isOwn) ? [[attribute, used] as const] : [];
    });
    return [node.name, Object.fromEntries(settings.sort(inFinnsOrder))] as const;
  });
  return { Defaults: {}, ...Object.fromEntries(layers.filter(([, settings]) => hasAny(settings))) };
}

/** FINN's `hw_attrs`, as far as a layer that we know has them. */
const written: readonly string[] = [
  'PE',
  'SIMD',
  'parallel_window',
  'ram_style',
  'ram_style_thresholds',
  'resType',
  'mem_mode',
  'runtime_writeable_weights',
  'depth_trigger_uram',
  'depth_trigger_bram',
];

function inFinnsOrder([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return rank(left) - rank(right);
}

function rank(attribute: string): number {
  const position = written.indexOf(attribute);
  return position === -1 ? written.length : position;
}

function hasAny(settings: object): boolean {
  return Object.keys(settings).length > 0;
}
