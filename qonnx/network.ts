import { Refusal, refuseAll } from '../base/refusal.ts';
import { nearest } from '../base/suggest.ts';
import type { OnnxModel, OnnxNode, OnnxTensor, ValueInfo } from '../onnx/model.ts';
import { sortedNodes } from '../onnx/sort.ts';
import { operatorNames, operatorOf, versionOf } from './operators/index.ts';
import { labelOf } from './operators/operator.ts';
import type { Step } from './step.ts';
import { computeStep, operandsOf } from './step.ts';

/** A network that is ready to be executed. */
export interface Network {
  readonly inputs: readonly ValueInfo[];
  /** Names of the tensors that are the result. */
  readonly outputs: readonly string[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** In an order in which they can be executed. */
  readonly steps: readonly PreparedStep[];
}

/** A step with what is known before the network runs. */
export interface PreparedStep extends Step {
  /** Tensors that no later step reads and that are not outputs of the network. */
  readonly releases: readonly string[];
  /** What the node makes of constants; null if an activation is among its inputs. */
  readonly fixed: Fixed | null;
}

/** Outputs that a node always has for these inputs. */
interface Fixed {
  readonly operands: readonly (OnnxTensor | null)[];
  readonly outputs: readonly OnnxTensor[];
}

/**
 * Prepares a model for execution: sorts its nodes, reads its constants, and computes what depends on nothing else. Refuses an
 * inconsistent graph (`onnx/inconsistent`), unknown operators, one of each (`qonnx/unsupported-op`), and computations with
 * constants that are refused.
 */
export function prepareNetwork({ graph, opsets }: OnnxModel): Network {
  const nodes = sortedNodes(graph);
  refuseAll(unknownOperators(nodes));
  // Read once, since each access copies the values.
  const constants = new Map(
    [...graph.initializers].map(([name, { elementType, shape, values }]) => [
      name,
      { elementType, shape, values },
    ]),
  );
  const outputs = graph.outputs.map(({ name }) => name);
  const releases = releasesOf(nodes, outputs);
  const known = new Map<string, OnnxTensor>(constants);
  const steps = nodes.map((node, index): PreparedStep => {
    const step = stepOf(node, opsets);
    const fixed = node.inputs.every((input) => input === '' || known.has(input))
      ? computedFrom(step, known)
      : null;
    for (const [at, tensor] of (fixed?.outputs ?? []).entries()) known.set(node.outputs[at] ?? '', tensor);
    return { ...step, releases: releases[index] ?? [], fixed };
  });
  return { inputs: graph.inputs, outputs, constants, steps };
}

function stepOf(node: OnnxNode, opsets: ReadonlyMap<string, number>): Step {
  const operator = operatorOf(node);
  if (operator === null) throw unknownOperator(node);
  return { node, operator, version: versionOf(node, opsets) };
}

function computedFrom(step: Step, known: ReadonlyMap<string, OnnxTensor>): Fixed {
  const operands = operandsOf(step, known);
  return { operands, outputs: computeStep(step, operands) };
}

function unknownOperators(nodes: readonly OnnxNode[]): readonly Refusal[] {
  const unknown = new Map<string, OnnxNode>();
  for (const node of nodes)
    if (operatorOf(node) === null && !unknown.has(operatorName(node))) unknown.set(operatorName(node), node);
  return [...unknown.values()].map(unknownOperator);
}

function unknownOperator(node: OnnxNode): Refusal {
  const similar = nearest(node.opType, operatorNames);
  const isKnownElsewhere = operatorNames.includes(node.opType);
  return new Refusal(
    'qonnx/unsupported-op',
    `${labelOf(node)} cannot be computed: the operator ${operatorName(node)} is not supported`,
    isKnownElsewhere
      ? `${node.opType} is known, but not in the domain ${node.domain}`
      : similar === null
        ? 'express it with other operators, or export the network without it'
        : `did you mean ${similar}?`,
  );
}

function operatorName({ domain, opType }: OnnxNode): string {
  return domain === '' ? opType : `${domain}.${opType}`;
}

/** For each node, the tensors for which it is the last reader; unread outputs go with the node that makes them. */
function releasesOf(nodes: readonly OnnxNode[], outputs: readonly string[]): readonly (readonly string[])[] {
  const last = new Map<string, number>();
  for (const [index, node] of nodes.entries())
    for (const name of [...node.inputs, ...node.outputs]) last.set(name, index);
  for (const name of outputs) last.delete(name);
  const releases = nodes.map((): string[] => []);
  for (const [name, index] of last) releases[index]?.push(name);
  return releases;
}
