import type { OnnxModel, OnnxNode } from '../../../onnx/model.ts';
import { Refusal } from '../../../base/refusal.ts';
import { datatype as datatypeOf } from '../../datatype.ts';
import { readLayout } from '../../dialect/layout.ts';
import type { FloatGraph } from '../float-graph.ts';
import { outputsOf } from '../float-graph.ts';
import { byDistance } from '../distance.ts';
import { outputShape } from '../infer.ts';
import { unsupported, unsupportedGraph } from '../refuse.ts';
import { inFinnsOrder } from './order.ts';
import { quantisers, standard } from './table.ts';
import type { Chain, Imported, ImportRule, Operand, ResolvedNode } from './source.ts';

const allRules = { ...standard, ...quantisers };

/** Every operator that has a rule. */
export const operators = Object.keys(allRules).sort();

/** The float graph of a QONNX model with one input and one output; refuses what no rule covers. */
export function importModel(model: OnnxModel): FloatGraph {
  const { input, output } = boundary(model);
  const operands = new Map<string, Operand>(
    [...model.graph.initializers].map(([name, tensor]) => [name, { kind: 'constant', tensor }]),
  );
  operands.set(input.name, { kind: 'activation', tensor: input.name, shape: input.shape });
  const chains: Chain[] = [];
  for (const [position, node] of byDistance(model.graph.nodes, (each) => each).entries()) {
    const imported = importNode(node, position, model, operands);
    if ('nodes' in imported) {
      enter(imported, operands);
      chains.push(imported);
    } else {
      operands.set(node.outputs[0] ?? '', imported.operand);
    }
  }
  const last = operands.get(output);
  if (last?.kind !== 'activation')
    throw unsupportedGraph(`the output ${output} does not depend on the input`, 'export the whole network');
  const result = { nodes: inFinnsOrder(chains), input, output: last.tensor };
  checkWiring(result);
  checkWeightsUsedOnce(model.graph.nodes, operands);
  return result;
}

/** The input, and the name of the output. */
function boundary(model: OnnxModel): Pick<FloatGraph, 'input' | 'output'> {
  const { inputs, outputs, annotations } = model.graph;
  const [input, ...moreInputs] = inputs;
  const [output, ...moreOutputs] = outputs;
  if (!input || !output || moreInputs.length > 0 || moreOutputs.length > 0)
    throw unsupportedGraph(
      `the network has ${inputs.length} inputs and ${outputs.length} outputs`,
      'exactly one of each is supported',
    );
  const { name } = input;
  const datatype = annotations.get(name)?.get('finn_datatype') ?? 'FLOAT32';
  if (!datatypeOf(datatype).integer)
    throw unsupportedGraph(
      `the network's input ${name} is of datatype ${datatype}, and the FPGA computes with integers`,
      "put a quantiser with one scale and the zero point 0 in front of everything that reads it (Brevitas: QuantIdentity), or annotate it (finn_datatype, such as UINT8) with qonnx's set_tensor_datatype; use MergeONNXModels to put the scaling of your data, such as a Div by 255, before the network",
    );
  const shape = fixedShape(name, input.shape);
  const [batch = 1, ...more] = shape;
  if (batch !== 1 && more.length > 0)
    throw unsupportedGraph(`the input ${name} has a batch of ${batch}`, 'export the model with a batch of 1');
  return { input: { name, shape, datatype, layout: layoutOf(model, name) }, output: output.name };
}

function importNode(
  node: OnnxNode,
  position: number,
  model: OnnxModel,
  operands: ReadonlyMap<string, Operand>,
): Imported {
  const constant = node.opType === 'Constant' ? node.attributes.get('value') : undefined;
  if (constant?.type === 'tensor') return { operand: { kind: 'constant', tensor: constant.value } };
  const source = sourceOf(node, position, model, operands);
  return ruleOf(source)(source);
}

/** Adds the outputs of a chain to the operands, which include its inputs. */
function enter({ nodes }: Chain, operands: Map<string, Operand>): void {
  for (const node of nodes) {
    const from = operands.get(node.inputs[0]);
    if (from?.kind !== 'activation') throw new Error(`${node.name} (${node.op}) reads no activation`);
    for (const [position, tensor] of outputsOf(node).entries())
      operands.set(tensor, { kind: 'activation', tensor, shape: outputShape(node, from.shape, position) });
  }
}

function layoutOf(model: OnnxModel, tensor: string): readonly string[] | null {
  const text = model.graph.annotations.get(tensor)?.get('tensor_layout');
  return text === undefined ? null : readLayout(tensor, text);
}

function sourceOf(
  node: OnnxNode,
  position: number,
  model: OnnxModel,
  operands: ReadonlyMap<string, Operand>,
): ResolvedNode {
  const name = node.name === '' ? (node.outputs[0] ?? '') : node.name;
  return {
    node,
    name,
    position,
    op: node.opType,
    layout: layoutOf(model, node.outputs[0] ?? ''),
    version: model.opsets.get(node.domain) ?? 1,
    quantiserVersion: model.opsets.get('qonnx.custom_op.general') ?? model.opsets.get('onnx.brevitas') ?? 1,
    operands: node.inputs.map((input) => (input === '' ? null : (operands.get(input) ?? null))),
  };
}

function ruleOf(source: ResolvedNode): ImportRule {
  const { domain, opType } = source.node;
  const table = domain === '' ? allRules : quantisers;
  const rule = Object.hasOwn(table, opType) ? table[opType]?.rule : undefined;
  if (rule) return rule;
  throw unsupported(
    source,
    domain === '' ? 'is not supported' : `of ${domain} is not supported`,
    `supported: ${operators.join(', ')}`,
  );
}

function fixedShape(name: string, shape: readonly (number | null)[] | null): readonly number[] {
  if (shape?.every((size): size is number => size !== null && size >= 1) === true) return shape;
  throw unsupportedGraph(`the input ${name} has no fixed shape`, 'export the model with a fixed batch size');
}

/** FINN streams a network: every tensor but the output must be read, and nothing may read the output. */
function checkWiring(graph: FloatGraph): void {
  const readers = new Map<string, string[]>();
  for (const node of graph.nodes)
    for (const input of node.inputs) {
      const known = readers.get(input);
      if (known) known.push(node.name);
      else readers.set(input, [node.name]);
    }
  for (const tensor of [graph.input.name, ...graph.nodes.flatMap(outputsOf)]) {
    const names = readers.get(tensor) ?? [];
    if (tensor === graph.output && names.length > 0)
      throw unsupportedGraph(
        `${tensor} is an output and is also read by ${names.join(' and ')}`,
        'end the network in one output that nothing reads',
      );
    const maker = graph.nodes.find((node) => outputsOf(node).includes(tensor));
    if (tensor !== graph.output && names.length === 0 && maker?.op === 'Split')
      throw unsupported(
        maker,
        `makes ${tensor}, which nothing reads`,
        'use every part; let the layer in front make only the channels that you use',
      );
    if (tensor !== graph.output && names.length === 0)
      throw unsupportedGraph(
        `nothing reads ${tensor}`,
        'remove everything that the output does not depend on',
      );
  }
}

function checkWeightsUsedOnce(nodes: readonly OnnxNode[], operands: ReadonlyMap<string, Operand>): void {
  const readers = new Map<string, string>();
  for (const node of nodes)
    for (const input of node.inputs) {
      if (operands.get(input)?.kind !== 'quantised') continue;
      const first = readers.get(input);
      if (first !== undefined)
        throw new Refusal(
          'lower/shared-weights',
          `the quantised weights ${input} are used by ${first} and ${node.name}`,
          'FINN stores weights per layer; give each layer its own',
        );
      readers.set(input, node.name);
    }
}
