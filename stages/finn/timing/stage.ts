import { builtin, defineStage } from '../../define.ts';
import { countingOf } from '../../split/counting.ts';
import type { TimingParams } from './params.ts';
import { schema } from './params.ts';

/**
 * Submodel in; the depths of its FIFOs, and how fast it then runs, out. A step of a `finn/build`; its depths are an input of the
 * hardware, its report of nothing, so that a better model of time never repeats a synthesis.
 */
export const timing = defineStage<TimingParams>()({
  kind: 'finn/timing',
  recipe: 2,
  about: 'Chooses the depths of FIFOs and simulates the streams of a submodel, clock by clock.',
  schema,
  files: {},
  inputs: {},
  foreach: { over: 'items', port: 'submodel', required: true },
  outputs: ({ fifos }) => [
    { port: 'depths' },
    { port: 'report' },
    ...(fifos.type === 'sized' ? [{ port: 'lock' }] : []),
  ],
  lock: { port: 'lock', once: ['finn/build', 'finn/implement'] },
  action: ({ params: { fifos, split, lock }, toolchain, target }) => ({
    ...builtin('timing', {
      fifos,
      mvauQueue: toolchain.mvauQueue,
      isForVivado: toolchain.backend === 'vivado',
      ...(split === undefined ? {} : { counting: countingOf(split, true, toolchain) }),
      // pipeline.lock may still hold depths of a time when they were sized.
      ...(lock === undefined || fifos.type !== 'sized' ? {} : { lock }),
    }),
    tools: {},
    target,
  }),
});
