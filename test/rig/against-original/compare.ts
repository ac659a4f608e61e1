import { elementCount } from '../../../base/shape.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../../../onnx/model.ts';

/** Relative, and absolute below 1. */
const tolerance = 1e-4;

/**
 * The first output that differs from that of the original network, of which all tensors are given, as a sentence; null if
 * none does. Indices may differ where what they choose is equal.
 */
export function differingOutput(
  model: OnnxModel,
  tensors: ReadonlyMap<string, OnnxTensor>,
  outputs: readonly OnnxTensor[],
): string | null {
  for (const [place, { name }] of model.graph.outputs.entries()) {
    const [expected, found] = [tensors.get(name)!, outputs[place]!];
    if (expected.shape.join() !== found.shape.join())
      return `output ${name} has the shape [${found.shape.join(', ')}] instead of [${expected.shape.join(', ')}]`;
    const wanted = Array.from(expected.values, Number);
    const given = Array.from(found.values, Number);
    const choice = choiceOf(model, name);
    const isSame = choice
      ? (index: number) => choosesAlike(choice, tensors, wanted, given, index)
      : (index: number) => isClose(wanted[index]!, given[index]!);
    const index = wanted.findIndex((_, at) => !isSame(at));
    if (index >= 0) return `output ${name} has ${given[index]} instead of ${wanted[index]} at ${index}`;
  }
  return null;
}

/** The network that ends in what it chooses the largest of; null if it chooses nothing. */
export function withScores(model: OnnxModel): OnnxModel | null {
  const { graph } = model;
  const chosen = graph.outputs.flatMap(({ name }) => choiceOf(model, name)?.from ?? []);
  const [first] = chosen;
  if (first === undefined) return null;
  const nodes = graph.nodes.filter(({ inputs }) => !inputs.includes(first));
  return { ...model, graph: { ...graph, nodes, outputs: [graph.valueInfo.get(first)!] } };
}

interface Choice {
  /** What is chosen from. */
  readonly from: string;
  readonly axis: number;
}

/** Where the indices of an output come from; null if it holds none. */
function choiceOf({ graph }: OnnxModel, output: string): Choice | null {
  const producer = graph.nodes.find(({ outputs }) => outputs.includes(output));
  if (producer?.opType === 'ArgMax') return { from: producer.inputs[0]!, axis: axisOf(producer) };
  if (producer?.opType === 'TopK' && producer.outputs[1] === output)
    return { from: producer.inputs[0]!, axis: axisOf(producer) };
  return null;
}

function axisOf({ attributes }: OnnxNode): number {
  const axis = attributes.get('axis');
  return axis?.type === 'int' ? axis.value : 0;
}

function choosesAlike(
  { from, axis }: Choice,
  tensors: ReadonlyMap<string, OnnxTensor>,
  wanted: readonly number[],
  given: readonly number[],
  index: number,
): boolean {
  if (wanted[index] === given[index]) return true;
  const { shape, values } = tensors.get(from)!;
  const along = axis < 0 ? axis + shape.length : axis;
  const inner = elementCount(shape.slice(along + 1));
  const chosen = wanted.length / (elementCount(shape) / shape[along]!);
  const outer = Math.floor(index / (chosen * inner));
  const scoreOf = (choice: number): number =>
    Number(values[(outer * shape[along]! + choice) * inner + (index % inner)] ?? NaN);
  return isClose(scoreOf(wanted[index]!), scoreOf(given[index]!));
}

function isClose(wanted: number, given: number): boolean {
  return Math.abs(wanted - given) <= tolerance * Math.max(1, Math.abs(wanted));
}
