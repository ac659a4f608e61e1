import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from '../../../../onnx/model.ts';
import { elementCount } from '../../../../base/shape.ts';

const qonnx = 'qonnx.custom_op.general';

/** A QONNX network that is being drawn at random; `end` is what the next node reads. */
export interface Drawing {
  readonly random: () => number;
  readonly nodes: OnnxNode[];
  readonly constants: Map<string, OnnxTensor>;
  /** Whether scales are powers of two; any by default. */
  readonly powersOfTwo?: boolean;
  end: Activation;
}

export interface Activation {
  readonly tensor: string;
  readonly shape: readonly number[];
}

type Attributes = { readonly [name: string]: number | string | readonly number[] };

/** Appends a node that reads the end and constants, and becomes the end. */
export function append(
  drawing: Drawing,
  opType: string,
  shape: readonly number[],
  constants: readonly (OnnxTensor | string)[] = [],
  attributes: Attributes = {},
): void {
  const inputs = constants.map((constant) =>
    typeof constant === 'string' ? constant : named(drawing, constant),
  );
  drawing.end = { tensor: node(drawing, opType, [drawing.end.tensor, ...inputs], attributes), shape };
}

/** Appends a node; its output is named after its place. */
export function node(
  drawing: Drawing,
  opType: string,
  inputs: readonly string[],
  attributes: Attributes = {},
  outputs?: readonly string[],
): string {
  // Not tensor_5: QONNX renames tensors to that one by one and fails on those that have such a name already.
  const name = `${opType}${drawing.nodes.length}`;
  const made = outputs ?? [`result${drawing.nodes.length}`];
  const domain = ['Quant', 'BipolarQuant', 'Trunc'].includes(opType) ? qonnx : '';
  const written = new Map(
    Object.entries(attributes).map(([key, value]) => [key, attribute(opType, key, value)]),
  );
  drawing.nodes.push({ name, opType, domain, inputs, outputs: made, attributes: written });
  return made.at(-1)!;
}

function attribute(opType: string, name: string, value: Attributes[string]): OnnxAttribute {
  if (typeof value === 'string') return { type: 'string', value };
  if (typeof value !== 'number') return { type: 'ints', value };
  const isFloat = ['epsilon', 'alpha', 'beta', 'momentum'].includes(name) && opType !== 'Constant';
  return { type: isFloat ? 'float' : 'int', value };
}

/** Enters a constant under a name of its own. */
export function named(drawing: Drawing, tensor: OnnxTensor): string {
  const name = `constant${drawing.constants.size}`;
  drawing.constants.set(name, tensor);
  return name;
}

export function floats(shape: readonly number[], value: (index: number) => number): OnnxTensor {
  const values = Float32Array.from({ length: elementCount(shape) }, (_, index) => value(index));
  return { elementType: 'float32', shape, values };
}

export function integers(values: readonly number[]): OnnxTensor {
  return { elementType: 'int64', shape: [values.length], values: BigInt64Array.from(values, BigInt) };
}

/** A number round 0, of deviation 1. */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A float32 that is no neighbour of a round number. */
export function uneven(random: () => number, least: number, most: number): number {
  return Math.fround(least + (most - least) * random());
}

/** A scale as all of the network are. */
export function rounded({ powersOfTwo = false }: Drawing, scale: number): number {
  return powersOfTwo ? 2 ** Math.round(Math.log2(scale)) : Math.fround(scale);
}

/** The network that was drawn. */
export function modelOf(
  drawing: Drawing,
  input: Activation & { readonly datatype: string },
  opset: number,
  quantisers: number,
  labels: boolean,
): OnnxModel {
  return {
    opsets: new Map([
      ['', opset],
      [qonnx, quantisers],
    ]),
    metadata: new Map(),
    graph: {
      name: 'drawn',
      nodes: drawing.nodes,
      initializers: drawing.constants,
      inputs: [{ name: input.tensor, elementType: 'float32', shape: input.shape }],
      outputs: [
        {
          name: drawing.end.tensor,
          elementType: labels ? 'int64' : 'float32',
          shape: drawing.end.shape,
        },
      ],
      valueInfo: new Map(),
      annotations: new Map([[input.tensor, new Map([['finn_datatype', input.datatype]])]]),
    },
  };
}
