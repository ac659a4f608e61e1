import type { OnnxTensor } from '../../../../../onnx/model.ts';
import { operatorOf } from '../../../../../qonnx/operators/index.ts';
import { computeStep, operandsOf } from '../../../../../qonnx/step.ts';
import type { Drawing } from '../lowering-drawing.ts';

/** A network that is being drawn together with its values for one input, after which its quantisers and norms are set. */
export interface Sampled extends Drawing {
  readonly opsets: ReadonlyMap<string, number>;
  /** By tensor, as far as they are known. */
  readonly samples: Map<string, OnnxTensor>;
  /** Of weights and activations; null where they differ from layer to layer. */
  readonly weightBits: number | null;
  readonly activationBits: number | null;
  /** Whether activations are limited by a Clip, as ReLU6 and HardTanh do. */
  readonly clips: boolean;
  readonly quantisesBiases: boolean;
  /** What it is made of, to count by. */
  readonly traits: Set<string>;
}

/** The values of the end for the sampled input, in C order. */
export function valuesAtEnd(drawing: Sampled): Float32Array {
  const { samples, constants, nodes, opsets } = drawing;
  for (const [name, tensor] of constants) samples.set(name, tensor);
  for (const node of nodes) {
    if (samples.has(node.outputs[0]!)) continue;
    const step = { node, operator: operatorOf(node)!, version: opsets.get(node.domain) ?? 1 };
    for (const [index, made] of computeStep(step, operandsOf(step, samples)).entries())
      samples.set(node.outputs[index]!, made);
  }
  return samples.get(drawing.end.tensor)!.values as Float32Array;
}
