import { Refusal } from '../../base/refusal.ts';
import { infoOf } from '../../onnx/extract.ts';
import type { OnnxModel, OnnxNode, OnnxTensor, ValueInfo } from '../../onnx/model.ts';
import { operatorOf, versionOf } from '../operators/index.ts';
import type { Operand } from '../operators/operator.ts';
import { once } from '../operators/operator.ts';
import { isOpen, withBatch } from './inputs.ts';
import { isKept } from './kept.ts';
import { viewOf } from './view.ts';

/**
 * The model with the type and shape of every tensor, and with the value of what depends on constants and shapes only in place
 * of the nodes that compute it; quantised constants remain computed, since quantisers carry their datatypes. The shape behind
 * an operator that cannot be executed is as the file states it, and open if it states none.
 */
export function inferred(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const view = viewOf(model);
  const constants = new Map(graph.initializers);
  const known = new Map<string, Operand>();
  const state = (info: ValueInfo): void => {
    if (info.name === '' || isOpen(info)) return;
    known.set(info.name, { ...info, shape: info.shape as readonly number[], values: unknownValues });
  };
  graph.inputs.forEach(state);
  for (const [name, tensor] of constants) known.set(name, operandOf(tensor));
  const nodes = graph.nodes.filter((node) => {
    const outputs = outputsOf(node, model, known);
    for (const [index, name] of node.outputs.entries()) {
      const output = outputs?.[index];
      if (output) known.set(name, output);
      else state(withBatch(infoOf(model, name)));
    }
    const isComputed = node.inputs.every((name) => name === '' || constants.has(name)) && !isKept(node, view);
    const folded = outputs && (isComputed || readsShape.has(node.opType)) ? evaluated(node, outputs) : null;
    for (const [name, tensor] of folded ?? []) constants.set(name, tensor);
    return folded === null;
  });
  const info = (name: string): ValueInfo => {
    const { elementType, shape } = known.get(name) ?? { ...infoOf(model, name), shape: null };
    return { name, elementType, shape };
  };
  const made = nodes.flatMap(({ outputs }) => outputs).filter((name) => name !== '');
  const valueInfo = new Map([...graph.valueInfo, ...made.map((name) => [name, info(name)] as const)]);
  for (const { name } of graph.outputs) valueInfo.delete(name);
  return {
    ...model,
    graph: {
      ...graph,
      nodes,
      initializers: constants,
      outputs: graph.outputs.map(({ name }) => info(name)),
      valueInfo,
    },
  };
}

const readsShape: ReadonlySet<string> = new Set(['Shape', 'Size']);

/** Thrown by whoever asks for the values of a tensor that are not known before the network runs. */
const notKnown = new Error('the values follow from those of an input');

function unknownValues(): never {
  throw notKnown;
}

function operandOf(tensor: OnnxTensor): Operand {
  const { elementType, shape } = tensor;
  // Each access to the values of a tensor of a file copies them.
  return { elementType, shape, values: once(() => tensor.values) };
}

/** What a node makes; null if it cannot be executed, or if its shapes follow from values that are not known. */
function outputsOf(
  node: OnnxNode,
  { opsets }: OnnxModel,
  known: ReadonlyMap<string, Operand>,
): readonly Operand[] | null {
  const operator = operatorOf(node);
  if (operator === null || !node.inputs.every((name) => name === '' || known.has(name))) return null;
  const operands = node.inputs.map((name) => known.get(name) ?? null);
  return unlessUnknown(() => operator({ node, version: versionOf(node, opsets), operands }));
}

function evaluated(
  { outputs: names }: OnnxNode,
  outputs: readonly Operand[],
): readonly (readonly [string, OnnxTensor])[] | null {
  return unlessUnknown(() =>
    names.flatMap((name, index) => {
      const output = outputs[index];
      if (name === '' || !output) return [];
      return [[name, { ...output, values: output.values() }] as const];
    }),
  );
}

function unlessUnknown<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (error === notKnown || (error instanceof Refusal && unsupported.has(error.code))) return null;
    throw error;
  }
}

/** What only the executor cannot do; the front ends decide for themselves. */
const unsupported: ReadonlySet<string> = new Set(['qonnx/unsupported-form', 'onnx/unsupported-type']);
