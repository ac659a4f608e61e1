import { extract, infoOf } from '../../onnx/extract.ts';
import { inSeries } from '../../onnx/in-series.ts';
import type { OnnxModel, OnnxNode, OnnxTensor, ValueInfo } from '../../onnx/model.ts';
import { datatype, integerDatatype } from '../datatype.ts';
import { isProduct } from '../../qonnx/is-product.ts';
import type { Flow } from './flow.ts';
import { isQuantiser } from './roles.ts';

/** What the host runs in front of the boards, and the rest of the network. */
export interface Front {
  readonly front: OnnxModel;
  readonly rest: OnnxModel;
}

/**
 * Divides a network behind its first quantiser if its input is not of integers, or if only the host can run what is in front
 * of the quantiser: boards are then fed the quantiser's integers. Any other network remains whole.
 */
export function frontOf(model: OnnxModel, flow: Flow, host: ReadonlySet<OnnxNode>): Front {
  const [input] = model.graph.inputs;
  const whole = { front: extract(model, model.graph.inputs, model.graph.inputs), rest: model };
  if (!input || model.graph.inputs.length > 1) return whole;
  const first = firstQuantiser(flow, input.name);
  if (!first) return whole;
  const name = model.graph.annotations.get(input.name)?.get('finn_datatype') ?? 'FLOAT32';
  const isNeeded = !datatype(name).integer || first.before.some((node) => host.has(node));
  return isNeeded ? (dividedBehind(first.quantiser, model, input) ?? whole) : whole;
}

/** The first quantiser through which everything goes, if no product is in front of it. */
function firstQuantiser(
  { nodes, activationsOf }: Flow,
  input: string,
): { readonly quantiser: OnnxNode; readonly before: readonly OnnxNode[] } | null {
  const made = new Set([input]);
  for (const [index, node] of nodes.entries()) {
    if (isProduct(node)) return null;
    const [output = ''] = node.outputs;
    const isPassed = nodes
      .slice(index + 1)
      .every((later) => activationsOf(later).every((name) => name === output || !made.has(name)));
    if (isQuantiser(node) && isPassed) return { quantiser: node, before: nodes.slice(0, index) };
    made.add(output);
  }
  return null;
}

/** Null if the quantiser has not one scale and the zero point 0. */
function dividedBehind(quantiser: OnnxNode, model: OnnxModel, input: ValueInfo): Front | null {
  const range = rangeOf(quantiser, model);
  const scale = model.graph.initializers.get(quantiser.inputs[1] ?? '');
  if (range === null || scale?.values.length !== 1) return null;
  const [name = ''] = quantiser.outputs;
  const values = infoOf(model, name);
  const floats = extract(model, [input], [values]);
  const rest = extract(model, [values], model.graph.outputs);
  if (Number(scale.values[0]) === 1) return { front: floats, rest: annotated(rest, name, range) };
  const integers = { ...values, name: `${name}:integers` };
  const same = { ...values, name: `${name}:again` };
  return {
    front: inSeries(floats, scaled(model, 'Div', values, integers, scale)),
    rest: annotated(inSeries(scaled(model, 'Mul', integers, same, scale), rest), integers.name, range),
  };
}

/** The datatype of a quantiser's integers; null if they do not start from 0. */
function rangeOf(node: OnnxNode, { graph }: OnnxModel): string | null {
  // FINN counts the bits of a bipolar tensor only behind a quantiser of its own.
  if (node.opType === 'BipolarQuant') return 'INT2';
  const [zero, bits] = [2, 3].map((index) => graph.initializers.get(node.inputs[index] ?? '')?.values[0]);
  const attribute = node.attributes.get('signed');
  const signed = attribute?.type !== 'int' || attribute.value !== 0;
  return bits === undefined || Number(zero) !== 0 ? null : integerDatatype(signed, Number(bits)).name;
}

/** One operation with a scale; what divides also rounds, since a quotient of floats may be next to an integer. */
function scaled(
  { opsets }: OnnxModel,
  opType: 'Div' | 'Mul',
  from: ValueInfo,
  to: ValueInfo,
  scale: OnnxTensor,
): OnnxModel {
  const node = (op: string, inputs: readonly string[], output: string): OnnxNode => ({
    name: `${to.name}:${op}`,
    opType: op,
    domain: '',
    inputs,
    outputs: [output],
    attributes: new Map(),
  });
  const factor = `${to.name}:scale`;
  const quotient = { ...to, name: `${to.name}:quotient` };
  const nodes =
    opType === 'Mul'
      ? [node('Mul', [from.name, factor], to.name)]
      : [node('Div', [from.name, factor], quotient.name), node('Round', [quotient.name], to.name)];
  return {
    opsets,
    metadata: new Map(),
    graph: {
      name: '',
      nodes,
      initializers: new Map([[factor, { ...scale, shape: [] }]]),
      inputs: [from],
      outputs: [to],
      valueInfo: new Map(opType === 'Div' ? [[quotient.name, quotient]] : []),
      annotations: new Map(),
    },
  };
}

function annotated(model: OnnxModel, tensor: string, type: string): OnnxModel {
  const { graph } = model;
  const annotations = new Map(graph.annotations).set(tensor, new Map([['finn_datatype', type]]));
  return { ...model, graph: { ...graph, annotations } };
}
