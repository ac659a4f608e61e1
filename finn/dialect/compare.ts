import type { HardwareGraph, HardwareNode, Tensor } from '../graph.ts';

/** The first place where two hardware graphs differ. */
export interface Difference {
  /** Position of the node among the nodes, from 0. */
  readonly index: number;
  /** Name of the node in the first graph, or in the second if the first has no more. */
  readonly node: string;
  /** The part of the node that differs, such as `attribute PE`, `op type`, `datatype of input 0`, `values of parameter 1`. */
  readonly what: string;
  readonly first: string;
  readonly second: string;
}

/**
 * Compares two graphs of the same network node by node: op types, attributes and wiring, and the shape, datatype, layout
 * and values of every tensor. Tensor names do not matter. Returns null if the graphs are equal.
 */
export function firstDifference(first: HardwareGraph, second: HardwareGraph): Difference | null {
  const longer = first.nodes.length < second.nodes.length ? second : first;
  for (const [index, { name }] of longer.nodes.entries()) {
    const [a, b] = [first.nodes[index], second.nodes[index]];
    for (const [what, left, right] of facets(first, second, a, b))
      if (left !== right) return { index, node: a?.name ?? name, what, first: left, second: right };
  }
  return null;
}

type Facet = readonly [what: string, first: string, second: string];

function* facets(
  first: HardwareGraph,
  second: HardwareGraph,
  a: HardwareNode | undefined,
  b: HardwareNode | undefined,
): Generator<Facet> {
  yield ['op type', a?.opType ?? '(no such node)', b?.opType ?? '(no such node)'];
  if (a === undefined || b === undefined) return;
  yield ['name', a.name, b.name];
  yield ['domain', a.domain, b.domain];
  const attributes = new Set([...Object.keys(a.attributes), ...Object.keys(b.attributes)]);
  for (const attribute of [...attributes].sort())
    yield [`attribute ${attribute}`, shown(a.attributes[attribute]), shown(b.attributes[attribute])];
  for (const side of ['inputs', 'outputs'] as const) {
    yield [`number of ${side}`, String(a[side].length), String(b[side].length)];
    for (const [position, name] of a[side].entries())
      yield* wiringFacets(`${side.slice(0, -1)} ${position}`, first, second, name, b[side][position] ?? '');
  }
}

function* wiringFacets(
  what: string,
  first: HardwareGraph,
  second: HardwareGraph,
  name: string,
  other: string,
): Generator<Facet> {
  yield [`source of ${what}`, roleOf(first, name), roleOf(second, other)];
  yield* tensorFacets(what, first.tensors.get(name), second.tensors.get(other));
  const values = first.parameters.get(name);
  const others = second.parameters.get(other);
  if (values === undefined || others === undefined) return;
  const at = values.findIndex((value, index) => value !== others[index]);
  if (at >= 0) yield [`value ${at} of ${what}`, String(values[at]), String(others[at])];
}

function* tensorFacets(what: string, a: Tensor | undefined, b: Tensor | undefined): Generator<Facet> {
  yield [`shape of ${what}`, shown(a?.shape), shown(b?.shape)];
  yield [`datatype of ${what}`, shown(a?.datatype), shown(b?.datatype)];
  yield [`layout of ${what}`, shown(a?.layout), shown(b?.layout)];
}

/** The origin of a tensor: the graph's input, a parameter, or an output of the node at a position. */
function roleOf(graph: HardwareGraph, name: string): string {
  if (graph.parameters.has(name)) return 'a parameter';
  const input = graph.inputs.indexOf(name);
  if (input >= 0) return `input ${input} of the network`;
  const maker = graph.nodes.findIndex(({ outputs }) => outputs.includes(name));
  return `output ${graph.nodes[maker]?.outputs.indexOf(name) ?? -1} of node ${maker}`;
}

function shown(value: unknown): string {
  return value === undefined ? '(none)' : typeof value === 'string' ? value : JSON.stringify(value);
}
