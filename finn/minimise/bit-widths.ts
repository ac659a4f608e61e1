import { defined } from '../../base/defined.ts';
import type { HardwareGraph, HardwareNode, Tensor } from '../graph.ts';
import { nodeOf, opOf } from '../ops/index.ts';
import type { NodeChange, Op } from '../ops/op.ts';
import type { NodeView } from '../ops/view.ts';

/**
 * Narrows weights, accumulators and thresholds to the bits that their values need and propagates the datatypes: FINN+ 1.6.1
 * `step_minimize_bit_width`, also for layers before specialisation. Thresholds may be fractional before, but not after.
 */
export function minimiseBitWidths(graph: HardwareGraph): HardwareGraph {
  const draft: Draft = {
    nodes: [...graph.nodes],
    tensors: new Map(graph.tensors),
    parameters: new Map(graph.parameters),
  };
  applyToAll(draft, (op, view) => op.minimiseWeights?.(view));
  // A narrower accumulator at the output of a layer narrows the input of the next one, which is handled later. FINN infers all
  // datatypes again after each; what is in front of a later one has not changed since, and what is behind it comes in its turn.
  let isFirst = true;
  for (const index of draft.nodes.keys()) {
    if (!isFirst) applyTo(draft, index, inferred);
    if (opOf(nodeAt(draft, index)).minimiseAccumulator === undefined) continue;
    applyTo(draft, index, (op, view) => op.minimiseAccumulator?.(view));
    if (isFirst) applyToAll(draft, inferred);
    else applyTo(draft, index, inferred);
    isFirst = false;
  }
  applyToAll(draft, (op, view) => op.roundThresholds?.(view));
  applyToAll(draft, (op, view) => op.minimiseWeights?.(view));
  applyToAll(draft, inferred);
  return { ...graph, nodes: draft.nodes, tensors: draft.tensors, parameters: draft.parameters };
}

interface Draft {
  readonly nodes: HardwareNode[];
  readonly tensors: Map<string, Tensor>;
  readonly parameters: Map<string, Float32Array>;
}

function nodeAt({ nodes }: Draft, index: number): HardwareNode {
  return defined(nodes[index], 'the index comes from the list');
}

type Rule = (op: Op, view: NodeView) => NodeChange | undefined;

const inferred: Rule = (op, view) => op.inferDatatypes(view);

function applyToAll(draft: Draft, rule: Rule): void {
  for (const index of draft.nodes.keys()) applyTo(draft, index, rule);
}

function applyTo(draft: Draft, index: number, rule: Rule): void {
  const node = nodeAt(draft, index);
  const { op, view } = nodeOf(draft, node);
  const change = rule(op, view) ?? {};
  // The spread keeps FINN's order: known attributes stay where they are, new ones go last.
  draft.nodes[index] = { ...node, attributes: { ...node.attributes, ...change.attributes } };
  for (const [name, datatype] of Object.entries(change.datatypes ?? {})) {
    const tensor = draft.tensors.get(name);
    if (tensor !== undefined) draft.tensors.set(name, { ...tensor, datatype });
  }
  for (const [name, values] of Object.entries(change.parameters ?? {})) draft.parameters.set(name, values);
}
