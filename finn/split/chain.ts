import { Refusal } from '../../base/refusal.ts';
import { soleInput, soleOutput } from '../execute/boundary.ts';
import type { Executor } from '../execute/run.ts';
import { prepare, run } from '../execute/run.ts';
import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { tensorOf } from '../graph.ts';
import type { IntegerTensor } from '../tensor.ts';

/** Prepares consecutive submodels for execution; refuses parts whose boundaries do not match. */
export function prepareChain(parts: readonly HardwareGraph[]): readonly Executor[] {
  for (const [position, part] of parts.entries()) {
    const next = parts[position + 1];
    if (next === undefined) continue;
    const [left, right] = [boundary(part, soleOutput(part)), boundary(next, soleInput(next))];
    if (left === right) continue;
    throw new Refusal(
      'split/boundary',
      `submodel ${position} gives ${left}, but submodel ${position + 1} takes ${right}`,
    );
  }
  return parts.map((part) => prepare(part));
}

/** The last submodel's output for one image; `onNode` receives every node's first output in order, with its submodel's position. */
export function runChain(
  chain: readonly Executor[],
  input: IntegerTensor,
  onNode?: (node: HardwareNode, output: IntegerTensor, position: number) => void,
): IntegerTensor {
  return chain.reduce(
    (tensor, executor, position) => run(executor, tensor, (node, output) => onNode?.(node, output, position)),
    input,
  );
}

function boundary(graph: HardwareGraph, name: string): string {
  const { datatype, shape } = tensorOf(graph, name);
  return `${datatype} [${shape.join(', ')}]`;
}
