import { Refusal } from '../base/refusal.ts';
import { elementCount } from '../base/shape.ts';
import { nameHint } from '../base/suggest.ts';
import type { OnnxNode, OnnxTensor, ValueInfo } from '../onnx/model.ts';
import type { Network, PreparedStep } from './network.ts';
import { computeStep, operandsOf } from './step.ts';

/** Is given each node with its outputs, in the order of execution; what it returns replaces them. */
export type Observe = (node: OnnxNode, outputs: readonly OnnxTensor[]) => readonly OnnxTensor[] | undefined;

/**
 * Executes a network and returns its outputs by name. Sums are in float64; every result is rounded to the type of its tensor, so
 * that floats agree with onnxruntime and qonnx up to the noise of float32. Refuses inputs that do not fit (`qonnx/bad-input`)
 * and what the network does not define for them.
 */
export function runNetwork(
  network: Network,
  inputs: ReadonlyMap<string, OnnxTensor>,
  observe: Observe = () => undefined,
): ReadonlyMap<string, OnnxTensor> {
  checkInputs(network.inputs, inputs);
  const tensors = new Map([...network.constants, ...inputs]);
  for (const step of network.steps) {
    const computed = outputsOf(step, tensors);
    const outputs = observe(step.node, computed) ?? computed;
    for (const [index, name] of step.node.outputs.entries()) {
      const tensor = outputs[index];
      if (name !== '' && tensor) tensors.set(name, tensor);
    }
    for (const name of step.releases) tensors.delete(name);
  }
  return new Map(
    network.outputs.map((name) => {
      const tensor = tensors.get(name);
      if (tensor) return [name, tensor] as const;
      throw new Refusal(
        'qonnx/bad-operand',
        `the output ${name} of the network exists only in training`,
        'remove it',
      );
    }),
  );
}

/** What depends on constants only is not computed again, unless an observer replaced one of them. */
function outputsOf(step: PreparedStep, tensors: ReadonlyMap<string, OnnxTensor>): readonly OnnxTensor[] {
  const operands = operandsOf(step, tensors);
  const { fixed } = step;
  return fixed?.operands.every((operand, index) => operand === operands[index])
    ? fixed.outputs
    : computeStep(step, operands);
}

function checkInputs(expected: readonly ValueInfo[], given: ReadonlyMap<string, OnnxTensor>): void {
  const names = expected.map(({ name }) => name);
  for (const name of given.keys())
    if (!names.includes(name)) throw badInput(`the network has no input ${name}`, nameHint(name, names));
  for (const { name, elementType, shape } of expected) {
    const tensor = given.get(name);
    if (!tensor)
      throw badInput(`the input ${name} of the network is missing`, 'give a tensor for each input');
    const stated = `${elementType} [${shape?.map((extent) => extent ?? '?').join(', ') ?? '…'}]`;
    if (tensor.elementType !== elementType || (shape && !fits(shape, tensor.shape)))
      throw badInput(
        `the input ${name} of the network is ${stated}, but a tensor of ${tensor.elementType} [${tensor.shape.join(', ')}] was given`,
        'convert the tensor, or export the network for it',
      );
    if (tensor.values.length !== elementCount(tensor.shape))
      throw badInput(
        `the tensor for the input ${name} has ${tensor.values.length} values`,
        'give as many as its shape says',
      );
  }
}

/** qonnx writes 0 for an extent that is not fixed. */
function fits(stated: readonly (number | null)[], shape: readonly number[]): boolean {
  return (
    stated.length === shape.length &&
    stated.every((extent, axis) => extent === null || extent === 0 || extent === shape[axis])
  );
}

function badInput(message: string, hint: string): Refusal {
  return new Refusal('qonnx/bad-input', message, hint);
}
