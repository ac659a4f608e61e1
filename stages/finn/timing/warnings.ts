import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import type { TimingReport } from '../../../finn/cycles/report.ts';
import type { Wait } from '../../../finn/cycles/waits.ts';
import { describeWait } from '../../../finn/cycles/waits.ts';

/** What the simulation found that a user should know before synthesis. */
export function warningsOf({ layers, deadlock, source }: TimingReport): readonly Diagnostic[] {
  const losing = layers.filter(({ lost }) => lost > 0).map(({ name }) => name);
  return [
    ...(source.type === 'finn'
      ? [
          warning('timing/estimated', `pace and latency are FINN's estimates: ${source.reason}`, {
            hint: 'the hardware can be slower by half',
          }),
        ]
      : []),
    ...(deadlock.length === 0
      ? []
      : [warning('timing/deadlock', deadlockMessage, deadlockDetails(deadlock))]),
    ...losing.map((layer) =>
      warning('timing/lost-words', `${layer} loses results when its output cannot leave`, {
        hint: 'build with toolchain.mvau_queue: deep, or give it a smaller SIMD',
      }),
    ),
  ];
}

export const deadlockMessage = 'the submodel stops before its first image is out: its FIFOs are too small';

/** The chain of waits, and what helps. */
export function deadlockDetails(waits: readonly Wait[]): { readonly hint: string; readonly detail: string } {
  return {
    hint: 'use toolchain.fifos: 33 or sized, or raise inFIFODepths of the layers where branches meet',
    detail: waits.map(describeWait).join('\n'),
  };
}
