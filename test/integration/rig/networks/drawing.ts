import type { AttributeValue, HardwareGraph, HardwareNode, Tensor } from '../../../../finn/graph.ts';
import { pick } from './foldings.ts';

/** A network that is being drawn. */
export interface Drawing {
  readonly random: () => number;
  readonly nodes: HardwareNode[];
  readonly tensors: Map<string, Tensor>;
  readonly parameters: Map<string, Float32Array>;
}

/** (1, height, width, channels). */
export type Shape = readonly [number, number, number, number];

/** Height before width. */
export type Pair = readonly [number, number];

/** What goes from layer to layer: a tensor between layers. */
export interface Stream {
  readonly name: string;
  readonly shape: Shape;
  readonly datatype: string;
}

interface Parameter {
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly values: readonly number[];
}

/** A layer to add; its parameters follow its streams. */
interface Layer {
  /** Specialised, such as `Pool_hls`. */
  readonly opType: string;
  readonly attributes: { readonly [name: string]: AttributeValue };
  readonly inputs: readonly Stream[];
  readonly parameters?: readonly Parameter[];
  /** Shapes of what leaves it; one of `shape` if absent. */
  readonly outputs?: readonly Shape[];
  readonly shape: Shape;
  readonly datatype: string;
}

/** An empty network. */
export function start(random: () => number): Drawing {
  return { random, nodes: [], tensors: new Map(), parameters: new Map() };
}

/** The image that the network takes. */
export function input(drawing: Drawing, shape: Shape): Stream {
  const type = narrowType(drawing.random);
  drawing.tensors.set('global_in', { shape, datatype: type, layout: null });
  return { name: 'global_in', shape, datatype: type };
}

/** The network, with one stream as its output. */
export function end({ nodes, tensors, parameters }: Drawing, { name }: Stream): HardwareGraph {
  // FINN calls the ends so, whatever they were called before.
  const output = 'global_out';
  tensors.set(output, tensors.get(name)!);
  tensors.delete(name);
  const last = nodes.at(-1)!;
  const renamed = [...nodes.slice(0, -1), { ...last, outputs: [output] }];
  return { nodes: renamed, tensors, parameters, inputs: ['global_in'], outputs: [output] };
}

/** Adds a layer; the streams that leave it. */
export function add(drawing: Drawing, layer: Layer): readonly Stream[] {
  const { nodes, tensors, parameters } = drawing;
  const name = `${layer.opType}_${nodes.filter(({ opType }) => opType === layer.opType).length}`;
  const constants = (layer.parameters ?? []).map((parameter, index) => {
    const tensor = `${name}_param${index}`;
    tensors.set(tensor, { shape: parameter.shape, datatype: parameter.datatype, layout: null });
    parameters.set(tensor, Float32Array.from(parameter.values));
    return tensor;
  });
  const outputs = (layer.outputs ?? [layer.shape]).map((shape, index) => {
    const tensor = `${name}_out${index}`;
    tensors.set(tensor, { shape, datatype: layer.datatype, layout: null });
    return { name: tensor, shape, datatype: layer.datatype };
  });
  nodes.push({
    name,
    opType: layer.opType,
    domain: `finn.custom_op.fpgadataflow.${layer.opType.slice(-3)}`,
    inputs: [...layer.inputs.map((stream) => stream.name), ...constants],
    outputs: outputs.map((stream) => stream.name),
    attributes: { backend: 'fpgadataflow', ...layer.attributes },
  });
  return outputs;
}

/** An integer from low to high, both possible. */
export function between(random: () => number, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** So many of them. */
export function integers(random: () => number, count: number, low: number, high: number): readonly number[] {
  return Array.from({ length: count }, () => between(random, low, high));
}

/** Rows of thresholds up to 60. */
export function ascending(random: () => number, rows: number, steps: number, low: number): readonly number[] {
  return Array.from({ length: rows }, () =>
    [...integers(random, steps, low, 60)].sort((left, right) => left - right),
  ).flat();
}

function narrowType(random: () => number): string {
  if (random() < 0.2) return pick(['BIPOLAR', 'BINARY', 'TERNARY'], random);
  return `${random() < 0.5 ? 'INT' : 'UINT'}${between(random, 2, 8)}`;
}
