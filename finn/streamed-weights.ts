import { Refusal } from '../base/refusal.ts';

/** Values of `mem_mode` with which a layer gets its weights through a second stream (FINN+ 1.6.1 `MVAU`, `VVAU`). */
const streamed: readonly unknown[] = ['external', 'external_mem', 'dynamic'];

/**
 * The refusal (`finn/streamed-weights`) of weights that an engine of their own would have to fetch from memory, which no
 * board of this program drives; null for any other setting.
 */
export function streamedWeights(layer: string, attribute: string, value: unknown): Refusal | null {
  if (attribute !== 'mem_mode' || !streamed.includes(value)) return null;
  return new Refusal(
    'finn/streamed-weights',
    `${layer} takes its weights from memory (mem_mode ${JSON.stringify(value)}), through a second engine that boards do not drive`,
    'use mem_mode internal_decoupled or internal_embedded, and split the network over more boards if it does not fit',
    ['folding', layer, attribute],
  );
}
