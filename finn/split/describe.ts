import { soleInput, soleOutput } from '../execute/boundary.ts';
import type { AttributeValue, HardwareGraph } from '../graph.ts';
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

/** `submodel.json`: what later stages need to know without opening the graph. Cycles are per image. */
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
  const [first, last] = [nodes[0]!, nodes.at(-1)!];
  const cycles = nodes.map(({ op, view }) => op.cycles(view));
  return {
    id,
    input: { ...boundary(graph, soleInput(graph)), folded: first.op.foldedInputShape(first.view) },
    output: { ...boundary(graph, soleOutput(graph)), folded: last.op.foldedOutputShape(last.view) },
    resources: sumResources(nodes.map(({ op, view }) => op.resources(view, part))),
    cycles: {
      perNode: Object.fromEntries(nodes.map(({ node }, index) => [node.name, cycles[index]!])),
      max: Math.max(...cycles),
      total: cycles.reduce((sum, value) => sum + value, 0),
    },
    nodes: Object.fromEntries(
      nodes.map(({ node }) => [node.name, { opType: node.opType, ...node.attributes }]),
    ),
  };
}

function boundary(graph: HardwareGraph, tensor: string): Omit<Boundary, 'folded'> {
  const { shape, datatype } = graph.tensors.get(tensor)!;
  return { shape, datatype };
}
