import type { AttributeValue, HardwareGraph } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import type { FifoPlace, FifoSetting } from './network.ts';

/** The depths of FIFOs as a folding writes them: `inFIFODepths` and `outFIFODepths` by layer. */
export interface DepthSettings {
  readonly [layer: string]: { readonly [attribute: string]: readonly number[] };
}

/** The settings with which FINN builds these FIFOs this deep; what a layer has already is kept if it is deeper. */
export function depthSettings(
  graph: HardwareGraph,
  fifos: readonly FifoPlace[],
  depths: readonly number[],
): DepthSettings {
  const settings: Record<string, Record<string, number[]>> = {};
  for (const [index, { setting }] of fifos.entries()) {
    const attributes = (settings[setting.layer] ??= {});
    const list = (attributes[setting.attribute] ??= [...writtenDepths(graph, setting)]);
    while (list.length <= setting.position) list.push(2);
    list[setting.position] = Math.max(list[setting.position] ?? 2, depths[index] ?? 2);
  }
  return settings;
}

/** The graph with these settings in place of its own. */
export function withDepths(graph: HardwareGraph, settings: DepthSettings): HardwareGraph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const own = Object.hasOwn(settings, node.name) ? settings[node.name] : undefined;
      const attributes: { readonly [name: string]: AttributeValue } = { ...node.attributes, ...own };
      return { ...node, attributes };
    }),
  };
}

function writtenDepths(graph: HardwareGraph, { layer, attribute }: FifoSetting): readonly number[] {
  const node = graph.nodes.find(({ name }) => name === layer);
  return node === undefined ? [] : nodeOf(graph, node).view.integers(attribute);
}
