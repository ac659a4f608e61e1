import { datatype } from '../datatype.ts';
import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import { elementCount, lastExtent } from '../../base/shape.ts';

/** One end of a stream as its layer sees it. */
export interface StreamEnd {
  /** Index of the layer. */
  readonly node: number;
  /** Which of its inputs or outputs it is. */
  readonly position: number;
  readonly tensor: string;
  /** Values in a stream word. */
  readonly elements: number;
  /** Bits of a stream word. */
  readonly width: number;
  /** Stream words per image. */
  readonly words: number;
  /** The minimum depth, in words, that the layer requires of its FIFO there. */
  readonly depth: number;
}

/** An activation between two layers; an end at the boundary of the graph is null. */
export interface Stream {
  readonly from: StreamEnd | null;
  readonly to: StreamEnd | null;
}

/** All streams of a graph, one for each output of a layer. */
export function streamsOf(graph: HardwareGraph): readonly Stream[] {
  const makers = new Map<string, StreamEnd>();
  const streams: Stream[] = [];
  const read = new Set<string>();
  for (const [index, node] of graph.nodes.entries()) {
    for (const [position, name] of node.outputs.entries())
      makers.set(name, leaving(graph, node, index, position));
    for (const [position, name] of streamInputs(graph, node).entries()) {
      read.add(name);
      streams.push({ from: makers.get(name) ?? null, to: entering(graph, node, index, position) });
    }
  }
  const last = [...makers].filter(([name]) => !read.has(name));
  return [...streams, ...last.map(([, from]): Stream => ({ from, to: null }))];
}

/** The inputs of a node that are streams; weights and thresholds follow them. */
export function streamInputs(graph: HardwareGraph, node: HardwareNode): readonly string[] {
  const { op, view } = nodeOf(graph, node);
  return node.inputs.slice(0, op.inputStreams(view)).filter((name) => !graph.parameters.has(name));
}

function leaving(graph: HardwareGraph, node: HardwareNode, index: number, position: number): StreamEnd {
  const { op, view } = nodeOf(graph, node);
  const shape = op.foldedOutputShape(view, position);
  return {
    node: index,
    position,
    tensor: node.outputs[position] ?? '',
    elements: lastExtent(shape),
    width: op.outputStreamWidth(view),
    words: elementCount(shape.slice(0, -1)),
    depth: depthAt(view.integers('outFIFODepths'), position),
  };
}

function entering(graph: HardwareGraph, node: HardwareNode, index: number, position: number): StreamEnd {
  const { op, view } = nodeOf(graph, node);
  const shape = op.foldedInputShape(view, position);
  const elements = lastExtent(shape);
  return {
    node: index,
    position,
    tensor: node.inputs[position] ?? '',
    elements,
    width: elements * datatype(view.input(position).datatype).bits,
    words: elementCount(shape.slice(0, -1)),
    depth: depthAt(view.integers('inFIFODepths'), position),
  };
}

/** As in FINN, the last depth of a list that is too short is repeated. */
export function depthAt(depths: readonly number[], position: number): number {
  return depths[position] ?? depths.at(-1) ?? 2;
}
