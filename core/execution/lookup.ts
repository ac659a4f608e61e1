import type { MaybePromise } from '../contracts/store.ts';
import { blobsOf } from '../contracts/store.ts';
import type { ActionRecord } from '../contracts/types.ts';
import { readReceipt } from '../state/receipts.ts';
import type { ResolvedAction } from './action.ts';
import type { ExecutionContext } from './context.ts';

/**
 * The record that makes running an action unnecessary, or null. For an effect only its last receipt counts; for anything
 * else the ledger's copy or the store's record, as long as every blob exists.
 */
export function lookUp(
  { action, fingerprint, spec }: ResolvedAction,
  { layout, ledger, store }: Pick<ExecutionContext, 'layout' | 'ledger' | 'store'>,
): MaybePromise<ActionRecord | null> {
  const isEffect = spec.run.type === 'effect';
  const last = isEffect ? readReceipt(layout, action.label) : (ledger.entry(action.label)?.record ?? null);
  const fallback = () => (isEffect ? null : store.find(fingerprint));
  if (last?.fingerprint !== fingerprint) return fallback();
  const holds = store.holds(blobsOf(last));
  if (holds instanceof Promise) return holds.then((whole) => (whole ? last : fallback()));
  return holds ? last : fallback();
}
