import type { Target } from '../../../core/contracts/types.ts';
import type { MvauQueue } from '../../toolchain.ts';

export const schema = { type: 'object', additionalProperties: false, properties: {} } as const;

/** The parameters of the script and of the work that finishes it. */
export interface RtlJob {
  /** Images of random words for each segment, one after the other. */
  readonly images: number;
  /** The chance of a pause at either end in a cycle, in per cent, for each segment in turn. */
  readonly stalls: readonly number[];
  readonly seed: number;
  readonly queue: MvauQueue;
  /** Whether layers that exist in HLS only are replaced by modules of ours. */
  readonly standIns: boolean;
  readonly target: Target;
}
