import type { Toolchain } from '../../toolchain.ts';
import type { EstimateJob } from './params.ts';

/** What becomes of layers whose queue loses words; null where FINN's queue is not built. */
export function shortQueuesOf({
  mvauQueue,
  model,
}: Pick<Toolchain, 'mvauQueue' | 'model'>): NonNullable<EstimateJob['short_queues']> | null {
  if (mvauQueue === 'deep') return null;
  return model === 'rtl' ? 'avoid' : 'warn';
}
