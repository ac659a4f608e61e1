import { Refusal, refuseAll } from '../../../base/refusal.ts';
import type { HardwareGraph, HardwareNode } from '../../graph.ts';
import { opOf } from '../../ops/index.ts';
import type { Range } from '../../ops/ranges.ts';
import { viewNode } from '../../ops/view.ts';
import { illegalAttribute, illegalValue } from './attributes.ts';
import type { Complaint } from './complaint.ts';
import { narrowConstant, otherThanInferred } from './datatypes.ts';
import { largeBatch } from './batch.ts';
import { wrongShape, wrongWiring } from './wiring.ts';

/**
 * Refuses an impossible hardware graph (`dialect/illegal`, and `finn/unknown-op`): by the table of
 * operators, attributes have legal values, shapes and datatypes agree from layer to layer, and one image is taken at a time.
 * Reports the first problem of every layer. `ranges` are those of the values of all parameters by name.
 */
export function checkHardware(graph: HardwareGraph, ranges: ReadonlyMap<string, Range>): void {
  const several = largeBatch(graph);
  if (several !== null) throw new Refusal('dialect/illegal', several.what, several.hint);
  refuseAll(
    graph.nodes.flatMap((node) => {
      const found = complaintAbout(graph, node, ranges);
      if (found === null) return [];
      return [new Refusal('dialect/illegal', `${node.name} (${node.opType}) ${found.what}`, found.hint)];
    }),
  );
}

/** In an order in which every check can rely on those before it. */
function complaintAbout(
  graph: HardwareGraph,
  node: HardwareNode,
  ranges: ReadonlyMap<string, Range>,
): Complaint | null {
  const op = opOf(node);
  const view = viewNode(graph, node, op.attributes);
  return (
    unspecialised(node) ??
    illegalAttribute(node, op.attributes) ??
    contradiction(op.contradiction?.(view) ?? null) ??
    illegalValue(view, op) ??
    wrongWiring(view, op) ??
    wrongShape(graph, view, op) ??
    otherThanInferred(graph, view, op) ??
    narrowConstant(view, op, ranges)
  );
}

/** FINN estimates layers without an implementation at nothing. */
function unspecialised({ opType }: HardwareNode): Complaint | null {
  if (/_(hls|rtl)$/.test(opType)) return null;
  return {
    what: 'is neither HLS nor RTL yet',
    hint: 'let the steps of finn/preprocess end with step_specialize_layers',
  };
}

function contradiction(what: string | null): Complaint | null {
  return what === null
    ? null
    : { what, hint: 'no hardware is like that: change the step that makes this layer' };
}
