import type { JsonObject } from '../../../base/json.ts';
import type { Target } from '../../../core/contracts/types.ts';
import type { SplitCounting } from '../../split/counting.ts';
import type { SplitParams } from '../../split/params.ts';
import type { FifoPolicy, MvauQueue } from '../../toolchain.ts';

export const schema = { type: 'object', additionalProperties: false, properties: {} } as const;

/** The parameters that `elaborate` gives the step. */
export type TimingParams = {
  readonly fifos: FifoPolicy;
  /** Of the split that makes the submodels, if depths are sized. */
  readonly split?: Pick<SplitParams, 'limits' | 'overheads'>;
};

/** The parameters of the work. */
export interface TimingJob {
  readonly fifos: FifoPolicy;
  readonly mvauQueue: MvauQueue;
  /** Whether a network that deadlocks is refused, because it would be synthesised. */
  readonly isForVivado: boolean;
  /** How the split counted, which says what is left on the board; only if depths are sized. */
  readonly counting?: SplitCounting;
  /** The depths that were built last, according to pipeline.lock. */
  readonly lock?: JsonObject;
  readonly target: Target;
}
