import { defined } from '../../base/defined.ts';
import { Refusal } from '../../base/refusal.ts';
import { allows, datatype } from '../datatype.ts';
import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { tensorOf } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import type { PreparedNode } from '../ops/op.ts';
import type { IntegerTensor } from '../tensor.ts';
import { elementCount } from '../../base/shape.ts';
import { soleInput, soleOutput } from './boundary.ts';
import { createKernels } from './kernels.ts';

/** A graph with packed parameters, which can be run any number of times, but only once at a time. */
export interface Executor {
  readonly graph: HardwareGraph;
  /** Names of the graph's input and output tensors. */
  readonly input: string;
  readonly output: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly node: HardwareNode;
  /** Names of the tensors that the node runs on. */
  readonly activations: readonly string[];
  readonly execute: PreparedNode;
  /** What leaves at the output at a position, of what was executed. */
  readonly part: (result: IntegerTensor, position: number) => IntegerTensor;
}

/** Packs the parameters of a graph with one input and one output; refuses ops and widths that cannot be executed exactly. */
export function prepare(graph: HardwareGraph): Executor {
  const [input, output] = [soleInput(graph), soleOutput(graph)];
  const kernels = createKernels();
  const steps = graph.nodes.map((node) => {
    const { op, view } = nodeOf(graph, node);
    const activations = node.inputs.filter((name) => !graph.parameters.has(name));
    const part = (result: IntegerTensor, position: number): IntegerTensor =>
      op.part?.(view, result, position) ?? result;
    return { node, activations, execute: op.prepare(view, kernels), part };
  });
  return { graph, input, output, steps };
}

/**
 * The graph's output for one image, bit for bit what FINN computes; `onNode` receives every node's first output in order.
 * Refuses an input of another size or with values outside the graph's input datatype.
 */
export function run(
  executor: Executor,
  input: IntegerTensor,
  onNode?: (node: HardwareNode, output: IntegerTensor) => void,
): IntegerTensor {
  const values = new Map([[executor.input, checkedInput(executor, input)]]);
  for (const { node, activations, execute, part } of executor.steps) {
    const [first, ...more] = activations.map((name) => valueOf(name, values));
    const result = execute(defined(first, 'every layer reads an activation'), ...more);
    for (const [position, name] of node.outputs.entries()) values.set(name, part(result, position));
    onNode?.(node, valueOf(node.outputs[0] ?? '', values));
  }
  return valueOf(executor.output, values);
}

function valueOf(name: string, values: ReadonlyMap<string, IntegerTensor>): IntegerTensor {
  return defined(values.get(name), `a node before the reader of ${name} makes it`);
}

function checkedInput({ graph, input: name }: Executor, input: IntegerTensor): IntegerTensor {
  const expected = tensorOf(graph, name);
  if (input.data.length !== elementCount(expected.shape))
    throw new Refusal(
      'execute/input-size',
      `the input has shape [${input.shape.join(', ')}], but the graph takes [${expected.shape.join(', ')}]`,
    );

  const type = datatype(expected.datatype);
  const wrong = input.data.find((value) => !allows(type, value));
  if (wrong !== undefined)
    throw new Refusal('execute/input-value', `the input holds ${wrong}, but the graph takes ${type.name}`);

  return { shape: expected.shape, data: input.data };
}
