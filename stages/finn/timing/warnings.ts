import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import type { TimingReport } from '../../../finn/cycles/report.ts';
import { describeWait } from '../../../finn/cycles/waits.ts';

/** What the simulation found that a user should know before synthesis. */
export function warningsOf(report: TimingReport): readonly Diagnostic[] {
  const { layers, deadlock, source } = report;
  const losing = layers.filter(({ lost }) => lost > 0).map(({ name }) => name);
  return [
    ...(source.type === 'finn'
      ? [
          warning('timing/estimated', `pace and latency are FINN's estimates: ${source.reason}`, {
            hint: 'the hardware can be slower by half',
          }),
        ]
      : []),
    ...(deadlock.length === 0 ? [] : [warning('timing/deadlock', deadlockMessage, deadlockDetails(report))]),
    ...losing.map((layer) =>
      warning('timing/lost-words', `${layer} loses results when its output cannot leave`, {
        hint: 'build with toolchain.mvau_queue: deep, or give it a smaller SIMD',
      }),
    ),
  ];
}

export const deadlockMessage = 'the submodel stops: its layers wait for each other';

/** The chain of waits, and what helps. */
export function deadlockDetails({ deadlock, unbounded }: TimingReport): Pick<Diagnostic, 'hint' | 'detail'> {
  return {
    hint:
      unbounded === null
        ? 'no depth of FIFOs helps: fold the layer at the end of the chain differently'
        : 'use toolchain.fifos: 33 or sized, or raise inFIFODepths of the layers where branches meet',
    detail: deadlock.map(describeWait).join('\n'),
  };
}
