import { integerDatatype } from '../../datatype.ts';
import { scalar, scalarValue, withoutSingleAxis } from '../constant.ts';
import type { Constant, FloatGraph, FloatNode, Quant } from '../float-graph.ts';
import type { TensorLayout } from '../layouts.ts';
import { unsupported } from '../refuse.ts';
import type { GraphView } from '../graph-view.ts';
import type { Replacement } from '../rewrite.ts';
import { rewrite, viewOf } from '../rewrite.ts';

/**
 * Quantisers of activations become thresholds, an Add of the smallest value and a Mul by the scale; a Relu before
 * them is merged into them (FINN+ 1.6.1 `QuantReluHandler` and `QuantIdentityHandler`).
 */
export function convertQuantisers(graph: FloatGraph): FloatGraph {
  // FINN uses the layouts from before the conversion.
  const { layoutOf } = viewOf(graph);
  return rewrite(graph, (node, view) => {
    if (node.op !== 'Quant' && node.op !== 'BipolarQuant') return null;
    return convert(node, layoutOf(node.inputs[0]), view);
  });
}

function convert(node: Quant, annotated: TensorLayout, view: GraphView): Replacement {
  const producer = view.producerOf(node.inputs[0]);
  const relu = producer?.op === 'Relu' ? producer : null;
  if (relu && view.consumerOf(relu) !== node)
    throw unsupported(relu, 'is read by several layers', 'put one Quant after it and branch there');
  const layout = layoutOfChannels(node, annotated, view.shapeOf(node.inputs[0]));
  if (node.op === 'BipolarQuant') {
    if (relu) throw unsupported(node, 'follows a Relu', 'use an unsigned Quant after a Relu');
    return { insert: [bipolarThreshold(node, layout)] };
  }
  if (!relu) return { insert: afterIdentity(node, layout) };
  return { insert: afterRelu({ ...node, inputs: relu.inputs }, layout), remove: [relu] };
}

function afterRelu(node: Quant, layout: string): readonly FloatNode[] {
  if (node.signed || node.narrow)
    throw unsupported(
      node,
      'follows a Relu but is signed or narrow',
      'use an unsigned, full-range quantiser after a Relu',
    );
  return steps(node, layout, thresholds(node, 2 ** node.bits - 1), 0);
}

function afterIdentity(node: Quant, layout: string): readonly FloatNode[] {
  if (node.bits === 1)
    throw unsupported(
      node,
      'has one bit and no Relu before it',
      'use a BipolarQuant with scale 1, or 2 bits',
    );
  const smallest = node.signed ? -(2 ** (node.bits - 1)) + (node.narrow ? 1 : 0) : 0;
  return steps(node, layout, thresholds(node, 2 ** node.bits - 1 - (node.narrow ? 1 : 0)), smallest);
}

function bipolarThreshold(node: Quant, layout: string): FloatNode {
  if (node.scale.shape.length > 1 || node.scale.values.length !== 1 || node.scale.values[0] !== 1)
    throw unsupported(
      node,
      'has a scale other than 1',
      'FINN supports bipolar activations with scale 1 only',
    );
  return {
    op: 'MultiThreshold',
    name: node.name,
    inputs: node.inputs,
    output: node.output,
    thresholds: { shape: [1, 1], values: Float32Array.of(0), datatype: 'FLOAT32' },
    scale: 2,
    bias: -1,
    datatype: 'BIPOLAR',
    layout,
  };
}

/** Computed in float64 and rounded once, as FINN does to keep the boundaries of the quantiser. */
function thresholds(node: Quant, count: number): Constant {
  const values = Array.from(node.scale.values, (step) => {
    const half = step / 2;
    let first = half;
    if (node.signed) {
      first = -half - step * (Math.floor(count / 2) - 1);
      if (!node.narrow) first -= step;
    }
    return Array.from({ length: count }, (_, index) => first + step * index);
  }).flat();
  return { shape: [node.scale.values.length, count], values: Float32Array.from(values), datatype: 'FLOAT32' };
}

function steps(node: Quant, layout: string, thresholds: Constant, smallest: number): readonly FloatNode[] {
  const scale = withoutSingleAxis(node.scale);
  const scaled = scale.shape.length > 0 || scalarValue(scale) !== 1;
  const shifted = smallest !== 0;
  const counted = shifted ? `${node.output}:count` : scaled ? `${node.output}:integer` : node.output;
  const integer = scaled ? `${node.output}:integer` : node.output;
  const { name } = node;
  return [
    {
      op: 'MultiThreshold',
      name,
      inputs: node.inputs,
      output: counted,
      thresholds,
      scale: 1,
      bias: 0,
      datatype: integerDatatype(node.signed, node.bits).name,
      layout,
    },
    ...(shifted
      ? [{ op: 'Add', name, inputs: [counted], output: integer, constant: scalar(smallest) } as const]
      : []),
    ...(scaled
      ? [{ op: 'Mul', name, inputs: [integer], output: node.output, constant: scale } as const]
      : []),
  ];
}

/** As the shape of the scale implies; with a single scale, as annotated. QONNX's default is NCHW. */
function layoutOfChannels(node: Quant, annotated: TensorLayout, shape: readonly number[]): string {
  const offset = shape.length - node.scale.shape.length;
  const [axis, ...more] = node.scale.shape.flatMap((size, place) => (size === 1 ? [] : [place + offset]));
  if (axis === undefined) return annotated?.join('') ?? 'NCHW';
  const last = { 2: 'NC', 3: 'NWC', 4: 'NHWC' }[shape.length];
  const second = { 2: 'NC', 3: 'NCW', 4: 'NCHW' }[shape.length];
  const layout = axis === shape.length - 1 ? last : axis === 1 ? second : undefined;
  if (layout !== undefined && more.length === 0) return layout;
  throw unsupported(
    node,
    `has a scale of shape [${node.scale.shape.join(', ')}] for [${shape.join(', ')}]`,
    'use one scale per tensor or per channel',
  );
}
