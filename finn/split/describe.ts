import { soleInput, soleOutput } from '../execute/boundary.ts';
import { defined } from '../../base/defined.ts';
import type { AttributeValue, HardwareGraph } from '../graph.ts';
import { tensorOf } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import type { Resources } from '../ops/op.ts';
import { sumResources } from './board.ts';
import type { Submodel } from './submodel.ts';

/** A submodel's input or output; `folded` is the shape in stream words, the order in which a board moves it. */
export interface Boundary {
  readonly shape: readonly number[];
  /** QONNX datatype name. */
  readonly datatype: string;
  readonly folded: readonly number[];
}

/** `submodel.json`: the facts that later stages need without opening the graph. Cycles are per image. */
export interface SubmodelDescription {
  readonly id: string;
  readonly input: Boundary;
  readonly output: Boundary;
  readonly resources: Resources;
  readonly cycles: {
    readonly perNode: { readonly [node: string]: number };
    readonly max: number;
    readonly total: number;
  };
  /** By local name. */
  readonly nodes: { readonly [node: string]: { readonly [attribute: string]: AttributeValue } };
}

/** Describes a submodel with its estimates for an FPGA part. */
export function describeSubmodel({ graph }: Submodel, id: string, part: string): SubmodelDescription {
  const nodes = graph.nodes.map((node) => ({ node, ...nodeOf(graph, node) }));
  const first = defined(nodes[0], 'no piece of a network is empty');
  const last = nodes.at(-1) ?? first;
  const cycles = nodes.map(({ node, op, view }) => [node.name, op.cycles(view)] as const);
  const amounts = cycles.map(([, amount]) => amount);
  return {
    id,
    input: { ...boundary(graph, soleInput(graph)), folded: first.op.foldedInputShape(first.view, 0) },
    output: { ...boundary(graph, soleOutput(graph)), folded: last.op.foldedOutputShape(last.view, 0) },
    resources: sumResources(nodes.map(({ op, view }) => op.resources(view, part))),
    cycles: {
      perNode: Object.fromEntries(cycles),
      max: Math.max(...amounts),
      total: amounts.reduce((sum, value) => sum + value, 0),
    },
    nodes: Object.fromEntries(
      nodes.map(({ node }) => [node.name, { opType: node.opType, ...node.attributes }]),
    ),
  };
}

function boundary(graph: HardwareGraph, tensor: string): Omit<Boundary, 'folded'> {
  const { shape, datatype } = tensorOf(graph, tensor);
  return { shape, datatype };
}
