import { defined } from '../../base/defined.ts';
import type { OnnxNode, OnnxTensor } from '../../onnx/model.ts';
import { runNetwork } from '../../qonnx/execute.ts';
import type { Network } from '../../qonnx/network.ts';
import type { Executor } from '../execute/run.ts';
import { run } from '../execute/run.ts';
import { tensorOf } from '../graph.ts';
import type { IntegerTensor } from '../tensor.ts';
import { agreementOf } from './quantiser.ts';

/** A network as its user wrote it, and the hardware that was made of it. */
export interface Pair {
  readonly original: Network;
  readonly boards: Executor;
  /** By layer the name of the user's quantiser whose integers it makes; empty if it is not known. */
  readonly quantisers: ReadonlyMap<string, string>;
}

/** What an image makes of both. */
export interface Comparison {
  /** What the boards return. */
  readonly returned: IntegerTensor;
  /** The outputs of the original network, given the integers of the layers, by name. */
  readonly outputs: ReadonlyMap<string, OnnxTensor>;
  /** What the nodes that choose the largest choose from, by the name of what they make. */
  readonly scores: ReadonlyMap<string, OnnxTensor>;
  /** Quantised values that went the other way at a threshold, by float arithmetic. */
  readonly rounded: number;
  /** The first layer whose integers are others than those of its quantiser, and the first such place; null if there is none. */
  readonly difference: { readonly layer: string; readonly quantiser: string; readonly place: number } | null;
}

/**
 * Runs an image through the original network and through the hardware, and compares them quantiser by quantiser. Behind each of
 * them the original goes on with the integers of the hardware, so that one value that was rounded otherwise does not change
 * what follows, and the first layer that is wrong can be named.
 */
export function compareWithOriginal(pair: Pair, image: OnnxTensor, boardsInput: IntegerTensor): Comparison {
  const { original, boards, quantisers } = pair;
  const layers = new Map<
    string,
    { readonly layer: string; readonly output: IntegerTensor; readonly isBinary: boolean }
  >();
  const returned = run(boards, boardsInput, (node, output) => {
    const quantiser = quantisers.get(node.name);
    const [name = ''] = node.outputs;
    const isBinary = tensorOf(boards.graph, name).datatype === 'BINARY';
    if (quantiser !== undefined) layers.set(quantiser, { layer: node.name, output, isBinary });
  });
  const [input] = original.inputs;
  const tensors = new Map<string, OnnxTensor>([...original.constants, [input?.name ?? '', image]]);
  const scores = new Map<string, OnnxTensor>();
  let rounded = 0;
  let difference: Comparison['difference'] = null;
  const observe = (node: OnnxNode, outputs: readonly OnnxTensor[]): readonly OnnxTensor[] | undefined => {
    const [read = ''] = node.inputs;
    const [made] = outputs;
    for (const [index, name] of node.outputs.entries()) {
      const output = outputs[index];
      if (output) tensors.set(name, output);
      const from = tensors.get(read);
      if ((node.opType === 'TopK' || node.opType === 'ArgMax') && from) scores.set(name, from);
    }
    const found = layers.get(nameOf(node));
    if (found === undefined || made === undefined) return undefined;
    const isBipolar = node.opType === 'BipolarQuant';
    const agreement = agreementOf(
      {
        input: numbers(defined(tensors.get(read), 'a node reads what was made')),
        output: numbers(made),
        shape: made.shape,
        scale: numbers(defined(tensors.get(node.inputs[1] ?? ''), 'a quantiser has a scale')),
        isBipolar,
      },
      // A Quant of one bit without a sign makes 0 and 1 of its own.
      isBipolar && found.isBinary ? asBipolar(found.output) : found.output,
    );
    rounded += agreement.rounded;
    if (agreement.wrong !== null)
      difference ??= { layer: found.layer, quantiser: nameOf(node), place: agreement.wrong };
    const forced: OnnxTensor = { ...made, elementType: 'float32', values: agreement.values };
    tensors.set(node.outputs[0] ?? '', forced);
    return [forced, ...outputs.slice(1)];
  };
  const outputs = runNetwork(original, new Map([[input?.name ?? '', image]]), observe);
  return { returned, outputs, scores, rounded, difference };
}

/** As the lowering names it. */
function nameOf({ name, outputs }: OnnxNode): string {
  return name === '' ? (outputs[0] ?? '') : name;
}

function asBipolar({ shape, data }: IntegerTensor): IntegerTensor {
  return { shape, data: data.map((bit) => 2 * bit - 1) };
}

function numbers({ values }: OnnxTensor): Float64Array {
  return Float64Array.from(values, Number);
}
