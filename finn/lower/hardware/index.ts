import type { HardwareGraph, HardwareNode, Tensor } from '../../graph.ts';
import type { HostOp } from '../../host.ts';
import type { FloatGraph, FloatNode, Reshape } from '../float_graph.ts';
import { inferDatatypes, inferLayouts, inferShapes } from '../infer.ts';
import { unsupported, unsupportedGraph } from '../refuse.ts';
import { labelSelect } from './label_select.ts';
import { leftOver } from './left_over.ts';
import type { Context, Layer } from './layer.ts';
import { matrixVectorUnit } from './matmul.ts';
import { reshape } from './reshape.ts';
import { thresholding } from './threshold.ts';

/** The hardware layers of a streamlined network, and what the host does around them. */
export interface Partition {
  readonly graph: HardwareGraph;
  readonly before: readonly HostOp[];
  readonly after: readonly HostOp[];
}

/**
 * Makes hardware layers, before specialisation and with thresholds not yet rounded (FINN+ 1.6.1 `step_convert_to_hw`
 * and `step_create_dataflow_partition`). Refuses float arithmetic that is left over.
 */
export function toHardware(graph: FloatGraph): Partition {
  const first = graph.nodes.findIndex((node) => !isHostReshape(node));
  const behind = graph.nodes.findLastIndex((node) => !isHostReshape(node)) + 1;
  if (first < 0) throw unsupportedGraph('the network computes nothing', 'give it at least one layer');
  const context = contextOf(graph);
  const layers: Layer[] = [];
  const covered = new Set<FloatNode>();
  for (const node of graph.nodes.slice(first, behind)) {
    if (covered.has(node)) continue;
    const layer = layerOf(node, context);
    for (const part of layer.covers) covered.add(part);
    layers.push(layer);
  }
  return {
    graph: hardwareGraph(layers, context),
    before: hostOps(graph.nodes.slice(0, first)),
    after: hostOps(graph.nodes.slice(behind)),
  };
}

function layerOf(node: FloatNode, context: Context): Layer {
  switch (node.op) {
    case 'MatMul':
    case 'XnorPopcountMatMul':
      return matrixVectorUnit(node, context);
    case 'MultiThreshold':
      return thresholding(node, context);
    case 'TopK':
      return labelSelect(node, context);
    case 'Reshape':
    case 'Flatten':
      return reshape(node, context);
    case 'Mul':
    case 'Add':
    case 'Div':
    case 'Sub':
      throw leftOver(node, context.graph);
    case 'Relu':
      throw unsupported(node, 'has no quantiser behind it', 'put an unsigned Quant directly behind it');
    case 'BatchNormalization':
    case 'Quant':
    case 'BipolarQuant':
      throw new Error(`${node.name} (${node.op}) was not streamlined`);
  }
}

function isHostReshape(node: FloatNode): boolean {
  return (node.op === 'Reshape' || node.op === 'Flatten') && node.host;
}

function contextOf(graph: FloatGraph): Context {
  const shapes = inferShapes(graph);
  const layouts = inferLayouts(graph);
  const datatypes = inferDatatypes(graph);
  const names = new Map<FloatNode, string>();
  const counts = new Map<string, number>();
  for (const node of graph.nodes) {
    const count = counts.get(node.op) ?? 0;
    counts.set(node.op, count + 1);
    names.set(node, `${node.op}_${count}_param0`);
  }
  return {
    graph,
    shapeOf: (tensor) => shapes.get(tensor)!,
    layoutOf: (tensor) => layouts.get(tensor)!,
    datatypeOf: (tensor) => datatypes.get(tensor)!,
    parameterName: (node) => names.get(node)!,
  };
}

function hardwareGraph(layers: readonly Layer[], context: Context): HardwareGraph {
  const tensors = new Map<string, Tensor>();
  const activation = (name: string, datatype: string): void => {
    tensors.set(name, { shape: context.shapeOf(name), datatype, layout: context.layoutOf(name) });
  };
  activation(layers[0]!.input, context.datatypeOf(layers[0]!.input));
  const parameters = new Map<string, Float32Array>();
  for (const layer of layers) {
    for (const { name, constant, layout } of layer.parameters) {
      tensors.set(name, { shape: constant.shape, datatype: constant.datatype, layout });
      parameters.set(name, constant.values);
    }
    const { outputDataType } = layer.attributes;
    activation(
      layer.output,
      typeof outputDataType === 'string' ? outputDataType : context.datatypeOf(layer.output),
    );
  }
  return {
    nodes: layers.map((layer, index) => hardwareNode(layer, layers.slice(0, index))),
    tensors,
    parameters,
    inputs: [layers[0]!.input],
    outputs: [layers.at(-1)!.output],
  };
}

function hardwareNode(layer: Layer, before: readonly Layer[]): HardwareNode {
  return {
    name: `${layer.opType}_${before.filter((other) => other.opType === layer.opType).length}`,
    opType: layer.opType,
    domain: 'finn.custom_op.fpgadataflow',
    inputs: [layer.input, ...layer.parameters.map(({ name }) => name)],
    outputs: [layer.output],
    attributes: layer.attributes,
  };
}

function hostOps(nodes: readonly FloatNode[]): readonly HostOp[] {
  return nodes.map((node) => ({ op: 'Reshape', shape: (node as Reshape).shape }));
}
