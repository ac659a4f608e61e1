import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from '../../onnx/model.ts';
import { readModel } from '../../onnx/read.ts';
import { Refusal } from '../../base/refusal.ts';
import type { AttributeValue, HardwareGraph, HardwareNode, Tensor } from '../graph.ts';
import { dialect } from '../graph.ts';
import { streamedWeights } from '../streamed-weights.ts';
import { checkHardware } from './check/index.ts';
import { readLayout } from './layout.ts';
import type { Range } from '../ops/ranges.ts';
import { valueAt } from '../tensor.ts';
import { floatAttributes } from './attributes.ts';

/** Key of a model's metadata under which our files state their dialect. */
export const dialectKey = 'finn_dialect';

/**
 * The hardware graph in a dataflow ONNX file, ours or straight from FINN (which states no dialect). Refuses files in
 * another dialect, graphs with nodes that are not FINN hardware layers, tensors without shape, and what `checkHardware` refuses.
 */
export function readHardwareGraph(bytes: Uint8Array): HardwareGraph {
  const model = readModel(bytes);
  const stated = model.metadata.get(dialectKey);
  if (stated !== undefined && stated !== dialect)
    throw new Refusal(
      'dialect/version',
      `the hardware graph is in the dialect of ${stated}; this version reads ${dialect}`,
      'rerun the stage that made it with this version',
    );
  const { graph, ranges } = graphOf(model);
  checkHardware(graph, ranges);
  return graph;
}

function graphOf({ graph }: OnnxModel): {
  readonly graph: HardwareGraph;
  readonly ranges: ReadonlyMap<string, Range>;
} {
  const nodes = graph.nodes.map(readNode);
  checkNames(nodes);
  const names = new Set([
    ...graph.inputs.map((info) => info.name),
    ...nodes.flatMap((node) => [...node.inputs, ...node.outputs]),
  ]);
  const constants = [...names].flatMap((name) => {
    const tensor = graph.initializers.get(name);
    return tensor === undefined ? [] : [{ name, ...readParameter(name, tensor) }];
  });
  return {
    graph: {
      nodes,
      tensors: new Map([...names].map((name) => [name, readTensorType(graph, name)])),
      parameters: new Map(constants.map(({ name, values }) => [name, values])),
      inputs: graph.inputs.map((info) => info.name),
      outputs: graph.outputs.map((info) => info.name),
    },
    ranges: new Map(constants.map(({ name, range }) => [name, range])),
  };
}

function readNode(node: OnnxNode): HardwareNode {
  if (!node.domain.startsWith('finn.custom_op.fpgadataflow'))
    throw new Refusal(
      'dialect/not-hardware',
      `node ${node.name || node.opType} is a ${node.domain || 'standard ONNX'} ${node.opType}, not a FINN hardware layer`,
      'the stage requires a hardware graph as `preprocess` writes it',
    );
  return {
    name: node.name,
    opType: node.opType,
    domain: node.domain,
    inputs: node.inputs,
    outputs: node.outputs,
    attributes: Object.fromEntries(
      [...node.attributes].map(([name, attribute]) => [name, readAttribute(node, name, attribute)]),
    ),
  };
}

function readAttribute(node: OnnxNode, name: string, attribute: OnnxAttribute): AttributeValue {
  const value = attribute.value;
  const second = streamedWeights(node.name, name, value);
  if (second !== null) throw second;
  const asFloat = attribute.type === 'float';
  if (attribute.type === 'tensor' || attribute.type === 'floats' || asFloat !== floatAttributes.has(name))
    throw new Refusal(
      'dialect/attribute-type',
      `attribute ${name} of node ${node.name} is of type ${attribute.type}, which ${dialect} does not allow there`,
    );
  return value as AttributeValue;
}

function checkNames(nodes: readonly HardwareNode[]): void {
  const seen = new Set<string>();
  for (const node of nodes) {
    if (node.name === '' || seen.has(node.name))
      throw new Refusal(
        'dialect/node-name',
        `node name "${node.name}" (${node.opType}) is empty or used twice`,
      );
    seen.add(node.name);
  }
}

function readTensorType(graph: OnnxGraph, name: string): Tensor {
  const annotation = graph.annotations.get(name);
  const layout = annotation?.get('tensor_layout');
  return {
    shape: fixedShape(graph, name),
    datatype: annotation?.get('finn_datatype') ?? 'FLOAT32',
    layout: layout === undefined ? null : readLayout(name, layout),
  };
}

function fixedShape(graph: OnnxGraph, name: string): readonly number[] {
  const stated =
    graph.valueInfo.get(name) ?? [...graph.inputs, ...graph.outputs].find((info) => info.name === name);
  const shape = stated?.shape ?? graph.initializers.get(name)?.shape;
  if (shape?.every((size) => size !== null) === true) return shape;
  throw new Refusal(
    'dialect/no-shape',
    `tensor ${name} has no fixed shape`,
    'FINN writes one for every tensor; run its shape inference before saving',
  );
}

interface ReadParameter {
  readonly values: Float32Array;
  readonly range: Range;
}

function readParameter(name: string, tensor: OnnxTensor): ReadParameter {
  const given = tensor.values;
  const values = given instanceof Float32Array ? given : Float32Array.from(given, Number);
  let minimum = Infinity;
  let maximum = -Infinity;
  // One loop for all: networks have millions of weights, and array methods call a function for each.
  for (let index = 0; index < values.length; index += 1) {
    // Adding 0 turns the negative zeros that FINN's sign changes leave into zeros, so that equal parameters have equal bytes.
    const value = valueAt(values, index) + 0;
    if (!Number.isInteger(value))
      throw new Refusal(
        'dialect/not-integer',
        `parameter ${name} holds values that are not integers`,
        'FINN keeps float layers outside the hardware graph; streamline the model first',
      );
    values[index] = value;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return { values, range: { minimum, maximum } };
}
