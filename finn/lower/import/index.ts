import type { OnnxModel, OnnxNode } from '../../../onnx/model.ts';
import { Refusal } from '../../../onnx/refusal.ts';
import { readLayout } from '../../layout.ts';
import type { FloatGraph, FloatNode } from '../float_graph.ts';
import { outputShape } from '../infer.ts';
import { unsupported, unsupportedGraph } from '../refuse.ts';
import { batchNormalization, relu, topK } from './activation.ts';
import { commutative, rightHanded } from './affine.ts';
import { gemm, matMul } from './matmul.ts';
import { bipolarQuant, quant } from './quant.ts';
import { flatten, identity, reshape, transpose } from './shape.ts';
import type { ImportRule, Operand, Source } from './source.ts';

/** ONNX's operators, then QONNX's: exporters have used several domains for those. */
const rules: { readonly [op: string]: ImportRule } = {
  Add: commutative,
  BatchNormalization: batchNormalization,
  Div: rightHanded,
  Dropout: identity,
  Flatten: flatten,
  Gemm: gemm,
  Identity: identity,
  MatMul: matMul,
  Mul: commutative,
  Relu: relu,
  Reshape: reshape,
  Sub: rightHanded,
  TopK: topK,
  Transpose: transpose,
};
const quantisers: { readonly [op: string]: ImportRule } = { BipolarQuant: bipolarQuant, Quant: quant };

/** The float graph of a QONNX model that is one chain from one input to one output; refuses what no rule covers. */
export function importModel(model: OnnxModel): FloatGraph {
  const { graph } = model;
  const [input, ...moreInputs] = graph.inputs;
  const [output, ...moreOutputs] = graph.outputs;
  if (!input || !output || moreInputs.length > 0 || moreOutputs.length > 0)
    throw unsupportedGraph(
      `the network has ${graph.inputs.length} inputs and ${graph.outputs.length} outputs`,
      'one of each is supported',
    );
  const operands = new Map<string, Operand>(
    [...graph.initializers].map(([name, tensor]) => [name, { kind: 'constant', tensor }]),
  );
  const shape = fixedShape(input.name, input.shape);
  operands.set(input.name, { kind: 'activation', tensor: input.name, shape });
  const nodes: FloatNode[] = [];
  for (const node of graph.nodes) {
    const constant = node.opType === 'Constant' ? node.attributes.get('value') : undefined;
    if (constant?.type === 'tensor') {
      operands.set(node.outputs[0]!, { kind: 'constant', tensor: constant.value });
      continue;
    }
    const source = sourceOf(node, operands, layoutOf(model, node.outputs[0] ?? ''));
    const imported = ruleOf(source)(source);
    if ('constant' in imported) operands.set(node.outputs[0]!, imported.constant);
    if ('same' in imported) operands.set(node.outputs[0]!, operands.get(imported.same)!);
    if (!('nodes' in imported)) continue;
    for (const floatNode of imported.nodes) {
      const from = operands.get(floatNode.inputs[0]!) as Operand & { readonly kind: 'activation' };
      operands.set(floatNode.output, {
        kind: 'activation',
        tensor: floatNode.output,
        shape: outputShape(floatNode, from.shape),
      });
      nodes.push(floatNode);
    }
  }
  const last = operands.get(output.name);
  if (last?.kind !== 'activation')
    throw unsupportedGraph(
      `the output ${output.name} does not depend on the input`,
      'export the whole network',
    );
  const datatype = graph.annotations.get(input.name)?.get('finn_datatype') ?? 'FLOAT32';
  const layout = layoutOf(model, input.name);
  const result = { nodes, input: { name: input.name, shape, datatype, layout }, output: last.tensor };
  checkChain(result);
  checkWeightsUsedOnce(graph.nodes, operands);
  return result;
}

function layoutOf(model: OnnxModel, tensor: string): readonly string[] | null {
  const text = model.graph.annotations.get(tensor)?.get('tensor_layout');
  return text === undefined ? null : readLayout(tensor, text);
}

function sourceOf(
  node: OnnxNode,
  operands: ReadonlyMap<string, Operand>,
  layout: readonly string[] | null,
): Source {
  const name = node.name === '' ? (node.outputs[0] ?? '') : node.name;
  return {
    node,
    name,
    op: node.opType,
    layout,
    operands: node.inputs.map((input) => (input === '' ? null : (operands.get(input) ?? null))),
  };
}

function ruleOf(source: Source): ImportRule {
  const { domain, opType } = source.node;
  const table = domain === '' ? { ...rules, ...quantisers } : quantisers;
  const rule = Object.hasOwn(table, opType) ? table[opType] : undefined;
  if (rule) return rule;
  throw unsupported(
    source,
    domain === '' ? 'is not supported' : `of ${domain} is not supported`,
    `supported are ${Object.keys({ ...rules, ...quantisers })
      .sort()
      .join(', ')}`,
  );
}

function fixedShape(name: string, shape: readonly (number | null)[] | null): readonly number[] {
  if (!shape || shape.some((size) => size === null || size < 1))
    throw unsupportedGraph(
      `the input ${name} has no fixed shape`,
      'export the model with a fixed batch size',
    );
  return shape as readonly number[];
}

/** FINN streams a network: every tensor has one reader, and nothing but the output is left over. */
function checkChain(graph: FloatGraph): void {
  const readers = new Map<string, string[]>();
  for (const node of graph.nodes)
    for (const input of node.inputs) readers.set(input, [...(readers.get(input) ?? []), node.name]);
  for (const tensor of [graph.input.name, ...graph.nodes.map((node) => node.output)]) {
    const names = readers.get(tensor) ?? [];
    const expected = tensor === graph.output ? 0 : 1;
    if (names.length > expected)
      throw unsupportedGraph(
        `${tensor} is read by ${names.join(' and ')}${expected === 0 ? ' and is an output' : ''}`,
        'networks without branches are supported',
      );
    if (names.length < expected)
      throw unsupportedGraph(`nothing reads ${tensor}`, 'remove what does not lead to the output');
  }
}

function checkWeightsUsedOnce(nodes: readonly OnnxNode[], operands: ReadonlyMap<string, Operand>): void {
  for (const [name, operand] of operands) {
    if (operand.kind !== 'quantised') continue;
    const readers = nodes.filter((node) => node.inputs.includes(name));
    if (readers.length > 1)
      throw new Refusal(
        'lower/shared-weights',
        `the quantised weights ${name} are used by ${readers.map((node) => node.name).join(' and ')}`,
        'FINN keeps weights per layer; give each layer its own',
      );
  }
}
