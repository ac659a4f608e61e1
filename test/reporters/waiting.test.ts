import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followRun } from '../../reporters/run-state.ts';
import { createWaiting } from '../../reporters/waiting.ts';
import { eventOf } from '../rig/run-events.ts';

describe('what waits', () => {
  it('is in the order of the plan, whatever became known first, and may wait again', () => {
    const state = followRun();
    state.take(eventOf.began(0, 'split', 'build', 'package', 'verify'));
    const names = (): readonly string[] => [...state.waiting().names];
    expect(names()).toEqual(['split/…', 'build/…', 'package/…', 'verify/…']);
    state.take(eventOf.expanded('verify', 'verify'));
    state.take(eventOf.expanded('split', 'split'));
    state.take(eventOf.started('split', 0));
    expect(names()).toEqual(['build/…', 'package/…', 'verify']);
    state.take(eventOf.expanded('build', 'build/0', 'build/1', 'build/2'));
    for (const build of ['build/0', 'build/1']) state.take(eventOf.started(build, 0));
    expect(names()).toEqual(['build/2', 'package/…', 'verify']);
    for (const build of ['build/1', 'build/0'])
      state.take({
        type: 'action-postponed',
        at: 0,
        action: build,
        reason: 'memory ran out',
        milliseconds: null,
      });
    expect(names()).toEqual(['build/0', 'build/1', 'build/2', 'package/…', 'verify']);
    expect(state.waiting().count).toBe(5);
  });

  it('is as it would be if it were found from the beginning', () => {
    const labels = ['a', 'b/0', 'b/1', 'b/2', 'c/0', 'c/1'];
    const itemsOf = { a: ['a'], b: ['b/0', 'b/1', 'b/2'], c: ['c/0', 'c/1'], d: [] };
    const changes = fc.array(fc.tuple(fc.boolean(), fc.constantFrom(...labels)), { maxLength: 30 });
    fc.assert(
      fc.property(fc.subarray(['a', 'b', 'c', 'd'] as const), changes, (known, steps) => {
        const waiting = createWaiting();
        for (const stage of ['a', 'b', 'c', 'd']) waiting.addStage(stage);
        for (const stage of known.toReversed()) waiting.expand(stage, itemsOf[stage]);
        const expected = new Set<string>(known.flatMap((stage) => itemsOf[stage]));
        for (const [waits, label] of steps) {
          if (!known.some((stage) => label.startsWith(stage))) continue;
          if (waits) waiting.add(label);
          else waiting.remove(label);
          if (waits) expected.add(label);
          else expected.delete(label);
        }
        const inOrder = (['a', 'b', 'c', 'd'] as const).flatMap((stage): readonly string[] =>
          known.includes(stage) ? itemsOf[stage].filter((label) => expected.has(label)) : [`${stage}/…`],
        );
        expect([...waiting.names()]).toEqual(inOrder);
        expect(waiting.unknown()).toBe(4 - known.length);
      }),
    );
  });
});
