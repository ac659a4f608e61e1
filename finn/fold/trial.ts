import type { HardwareNode } from '../graph.ts';
import type { nodeOf } from '../ops/index.ts';

/** A layer of a graph that is being folded: its values can be set and its cycles per image estimated. */
export interface Trial {
  /** As it is now. */
  readonly node: () => HardwareNode;
  readonly set: (attribute: string, value: number) => void;
  /** Its op and attributes as they are now. */
  readonly look: () => ReturnType<typeof nodeOf>;
  readonly cycles: () => number;
}

/** The context that the layers of one pass share. */
export interface Trials {
  /** Cycles per image that no layer should exceed. */
  readonly target: number;
  /** Whether no MVAU_rtl gets a SIMD of its MW. */
  readonly avoidsShortQueues: boolean;
  /** The layer that feeds a layer's first input; null if it is the network's input. */
  readonly producerOf: (node: HardwareNode) => Trial | null;
}
