import { parseFields } from '../../../base/fields.ts';
import type { Fields } from '../../../base/fields.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';

/** A part of a graph that was simulated in one piece, as simulate.py reports it. */
export interface Segment {
  /** Names of its nodes, in the graph's order. */
  readonly nodes: readonly string[];
  /** Names of the activations that enter and leave it. */
  readonly input: string;
  readonly output: string;
  /** The chance of a pause at either end in a cycle, in per cent. */
  readonly stalls: number;
  /** The words that leave it for all images. */
  readonly expected: number;
  /** Depths of its FIFOs in the order of the streams, those of a width converter one after the other. */
  readonly depths: readonly number[];
  /** Nodes that FINN has in HLS only, in whose place a module of ours or of FINN's library was simulated. */
  readonly standIns: readonly string[];
}

/** What was simulated of a graph. */
export interface Simulated {
  readonly segments: readonly Segment[];
  /** Names of the nodes that were not. */
  readonly leftOut: readonly string[];
}

/** Reads `segments.json`; refuses anything else (`rtl/bad-report`). */
export function readSegments(text: string): Simulated {
  const fields = parseFields(text, 'segments.json', 'rtl/bad-report');
  return { segments: fields.objects('segments').map(segmentOf), leftOut: fields.texts('leftOut') };
}

function segmentOf(fields: Fields): Segment {
  return {
    nodes: fields.texts('nodes'),
    input: fields.text('input'),
    output: fields.text('output'),
    stalls: fields.count('stalls'),
    expected: fields.count('expected'),
    depths: fields.counts('depths'),
    standIns: fields.texts('standIns'),
  };
}

/** The segment as a graph of its own. */
export function graphOf(graph: HardwareGraph, { nodes, input, output }: Segment): HardwareGraph {
  const names = new Set(nodes);
  return {
    ...graph,
    nodes: graph.nodes.filter(({ name }) => names.has(name)),
    inputs: [input],
    outputs: [output],
  };
}
