import { divisors } from './shapes.ts';
import type { NodeView } from './view.ts';

/** The channels of all streams of a layer together. */
export function channelsOfAll(node: NodeView): number {
  return node.integers('ChannelsPerStream').reduce((sum, each) => sum + each, 0);
}

/** How many elements a cycle divide the channels of every stream, ascending. */
export function commonDivisors(node: NodeView): readonly number[] {
  const [first = 1, ...others] = node.integers('ChannelsPerStream');
  return divisors(first).filter((value) => others.every((channels) => channels % value === 0));
}

/** The words of a pixel in each stream. */
export function wordsPerStream(node: NodeView): readonly number[] {
  return node.integers('ChannelsPerStream').map((channels) => channels / node.integer('SIMD'));
}
