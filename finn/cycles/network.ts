import { defined } from '../../base/defined.ts';
import type { HardwareGraph } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import { roundUpTo } from '../ops/shapes.ts';
import type { Stream, StreamEnd } from '../overheads/streams.ts';
import { streamsOf } from '../overheads/streams.ts';
import type { UnitSpec } from './unit-spec.ts';

/** A unit between links, by their numbers. */
export interface NetworkUnit {
  /** Of its layer; null for a width converter. */
  readonly layer: string | null;
  readonly spec: UnitSpec;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A FIFO between links. */
export interface FifoPlace {
  /** The layers that it is between; null is the outside. */
  readonly from: string | null;
  readonly to: string | null;
  /** Its place at a width converter between these layers, if there is one. */
  readonly side: 'before-converter' | 'behind-converter' | null;
  readonly input: number;
  readonly output: number;
  /** Bits of a word, padded to bytes. */
  readonly width: number;
  /** The depth that the folding asks for, at least 2. */
  readonly written: number;
  /** Where FINN takes its depth from: the attribute `inFIFODepths` or `outFIFODepths` of a layer, at a position. */
  readonly setting: FifoSetting;
}

export interface FifoSetting {
  readonly layer: string;
  readonly attribute: 'inFIFODepths' | 'outFIFODepths';
  readonly position: number;
}

/** Where words enter or leave: the link, the words of an image, the bits of a word padded to bytes. */
export interface Port {
  readonly link: number;
  readonly words: number;
  readonly width: number;
}

/** A graph as FINN stitches it: units, FIFOs and width converters between numbered links. */
export interface Network {
  readonly links: number;
  readonly units: readonly NetworkUnit[];
  readonly fifos: readonly FifoPlace[];
  readonly source: Port;
  readonly sink: Port;
}

/** Either the network, or the first layer that the cycle model does not cover; FIFOs are in the same places. */
export type Modelled =
  | { readonly type: 'network'; readonly network: Network }
  | {
      readonly type: 'none';
      readonly layer: string;
      readonly opType: string;
      readonly fifos: readonly FifoPlace[];
    };

/**
 * The network of a graph with one input and one output for an FPGA part, as FINN+ 1.6.1 `InsertDWC` and `InsertFIFO` (with
 * shallow FIFOs) stitch it: a FIFO before the first and behind the last layer, one between equal widths, two around a converter.
 */
export function networkOf(graph: HardwareGraph, part: string): Modelled {
  const specs = graph.nodes.map((node) => {
    const { op, view } = nodeOf(graph, node);
    return op.unit(view, part);
  });
  const missing = graph.nodes[specs.indexOf(null)];
  if (missing === undefined) return { type: 'network', network: stitch(graph, specs.filter(isKnown)) };
  // For the places of FIFOs any unit will do.
  const { fifos } = stitch(
    graph,
    specs.map((spec) => spec ?? { type: 'fork' }),
  );
  return { type: 'none', layer: missing.name, opType: missing.opType, fifos };
}

function isKnown(spec: UnitSpec | null): spec is UnitSpec {
  return spec !== null;
}

function stitch(graph: HardwareGraph, specs: readonly UnitSpec[]): Network {
  const streams = streamsOf(graph);
  const names = graph.nodes.map(({ name }) => name);
  const units: NetworkUnit[] = [];
  const fifos: FifoPlace[] = [];
  let links = 0;
  const newLink = (): number => links++;
  const leaving = new Map<Stream, number>();
  const ports: { source?: Port; sink?: Port } = {};

  const connect = (stream: Stream): number => {
    const places = placesOf(stream, names);
    let link = leaving.get(stream) ?? newLink();
    if (stream.from === null) ports.source = portAt(link, defined(stream.to, 'a stream has an end'));
    for (const [index, place] of places.entries()) {
      const output = newLink();
      fifos.push({ ...place, input: link, output });
      link = output;
      const [first, second] = [stream.from, stream.to];
      if (index > 0 || first === null || second === null || places.length === 1) continue;
      const converted = newLink();
      const spec: UnitSpec = { type: 'converter', from: first.width, to: second.width };
      units.push({ layer: null, spec, inputs: [link], outputs: [converted] });
      link = converted;
    }
    if (stream.to === null) ports.sink = portAt(link, defined(stream.from, 'a stream has an end'));
    return link;
  };

  for (const [index, spec] of specs.entries()) {
    const inputs = streams.filter(({ to }) => to?.node === index).map(connect);
    const outgoing = streams
      .filter(({ from }) => from?.node === index)
      .toSorted((left, right) => (left.from?.position ?? 0) - (right.from?.position ?? 0));
    const outputs = spec.type === 'wire' ? inputs : outgoing.map(newLink);
    for (const [position, stream] of outgoing.entries())
      leaving.set(stream, defined(outputs[position], 'a layer has a link for each output'));
    if (spec.type !== 'wire') units.push({ layer: names[index] ?? null, spec, inputs, outputs });
  }
  for (const stream of streams) if (stream.to === null) connect(stream);
  return {
    links,
    units,
    fifos,
    source: defined(ports.source, 'a submodel has an input'),
    sink: defined(ports.sink, 'a submodel has an output'),
  };
}

function placesOf(
  { from, to }: Stream,
  names: readonly string[],
): readonly Omit<FifoPlace, 'input' | 'output'>[] {
  const name = (end: StreamEnd | null): string | null => (end === null ? null : (names[end.node] ?? null));
  const ends = { from: name(from), to: name(to) };
  const at = (end: StreamEnd, attribute: FifoSetting['attribute'], written: number) => ({
    ...ends,
    width: roundUpTo(end.width, 8),
    written: Math.max(2, written),
    setting: { layer: names[end.node] ?? '', attribute, position: end.position },
  });
  if (from === null || to === null || from.elements === to.elements) {
    if (to !== null) return [{ ...at(to, 'inFIFODepths', Math.max(from?.depth ?? 0, to.depth)), side: null }];
    const last = defined(from, 'a stream has an end');
    return [{ ...at(last, 'outFIFODepths', last.depth), side: null }];
  }
  return [
    { ...at(from, 'outFIFODepths', from.depth), side: 'before-converter' },
    { ...at(to, 'inFIFODepths', to.depth), side: 'behind-converter' },
  ];
}

function portAt(link: number, { words, width }: StreamEnd): Port {
  return { link, words, width: roundUpTo(width, 8) };
}
