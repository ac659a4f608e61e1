import { defined } from '../../base/defined.ts';
import { parseFields } from '../../base/fields.ts';
import { Refusal } from '../../base/refusal.ts';
import type { AttributeValue, HardwareGraph } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import { depthAt, streamInputs } from '../overheads/streams.ts';
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
    const list = (attributes[setting.attribute] ??= [...depthsWrittenAt(graph, setting)]);
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

/** Reads settings as `depths.json` holds them; refuses anything else. `what` names the file. */
export function parseDepths(text: string, what: string): DepthSettings {
  const fields = parseFields(text, what, 'package/damaged');
  return Object.fromEntries(
    fields.names().map((layer) => {
      const attributes = fields.object(layer);
      const lists = attributes.names().map((name) => {
        if (name !== 'inFIFODepths' && name !== 'outFIFODepths')
          throw new Refusal(
            'package/damaged',
            `${what} sets ${name} of ${layer}, which is not a depth of FIFOs`,
          );
        return [name, attributes.counts(name)];
      });
      return [layer, Object.fromEntries(lists) as DepthSettings[string]];
    }),
  );
}

/** One depth for each stream. */
function depthsWrittenAt(graph: HardwareGraph, { layer, attribute }: FifoSetting): readonly number[] {
  const node = defined(
    graph.nodes.find(({ name }) => name === layer),
    'a FIFO is set at a layer of its graph',
  );
  const written = nodeOf(graph, node).view.integers(attribute);
  const streams = attribute === 'inFIFODepths' ? streamInputs(graph, node) : node.outputs;
  return streams.map((_, position) => depthAt(written, position));
}
