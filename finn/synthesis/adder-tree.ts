import { addressBits } from '../bits.ts';

/** A pipelined sum of several inputs. */
export interface AdderTree {
  readonly inputs: number;
  /** Registers between the inputs and the sum. */
  readonly stages: number;
  /** Bits of a sum of so many inputs. */
  readonly widthOf: (inputs: number) => number;
}

/** Flip-flops of an adder tree, and the bits of all its adders (finn-rtllib/mvu/add_multi.sv of FINN+ 1.6.1). */
export function adderTreeSize({ inputs, stages, widthOf }: AdderTree): {
  readonly flipFlops: number;
  readonly adderBits: number;
} {
  const levels = addressBits(inputs);
  const inside = Math.min(levels, stages);
  const leaves = leavesBelow(inputs);
  let [flipFlops, adderBits] = [0, 0];
  for (const [node, count] of leaves.entries()) {
    const level = addressBits(node + 2) - 1;
    const step = levels - level;
    if (node < inputs - 1) adderBits += widthOf(count);
    const isRegistered =
      level < levels && Math.floor((step * inside) / levels) < Math.floor(((step + 1) * inside) / levels);
    if (isRegistered) flipFlops += widthOf(count);
  }
  return { flipFlops: flipFlops + Math.max(0, stages - levels) * widthOf(inputs), adderBits };
}

/** For each node of a heap-shaped tree how many inputs are below it. */
function leavesBelow(inputs: number): readonly number[] {
  const leaves = Array.from({ length: 2 * inputs - 1 }, () => 1);
  for (let node = inputs - 2; node >= 0; node -= 1)
    leaves[node] = (leaves[2 * node + 1] ?? 0) + (leaves[2 * node + 2] ?? 0);
  return leaves;
}
