import type { NodeView } from '../ops/view.ts';

/**
 * A fault of a StreamingSplit with parts of several sizes: for the FIFO behind each output, FINN+ 1.6.1 (`InsertFIFO`) takes the
 * shape of the first one, and refuses those that differ.
 */
export function unequalParts(node: NodeView): string | null {
  const sizes = node.integers('ChannelsPerStream');
  return new Set(sizes).size > 1
    ? `splits channels into parts of ${sizes.join(', ')}, and FINN inserts FIFOs behind equal parts only`
    : null;
}
