import { describe, expect, it } from 'vitest';
import type { Task } from '../../core/execution/scheduler.ts';
import { createScheduler } from '../../core/execution/scheduler.ts';
import { seeded } from '../rig/seeded.ts';

/** Tasks that note when they start, and end when they are told to. */
function stage(limits: Parameters<typeof createScheduler>[0]) {
  const scheduler = createScheduler(limits);
  const order: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    scheduler,
    order,
    add: (name: string, uses: Task['uses'] = { cores: 1 }, more: Partial<Task> = {}): void => {
      const run = (): Promise<void> => {
        order.push(name);
        return new Promise((resolve) => ends.set(name, resolve));
      };
      scheduler.add({ run, uses, isAlone: false, priority: 0, ...more });
    },
    end: async (name: string): Promise<void> => {
      ends.get(name)?.();
      ends.delete(name);
      await settled();
    },
    running: () => [...ends.keys()],
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the scheduler', () => {
  it('runs at most as many tasks at a time as jobs, but those that take nothing at once', async () => {
    const { add, end, order } = stage({ jobs: 1, resources: {} });
    add('first');
    add('second');
    add('free', null);
    await settled();
    expect(order).toEqual(['free', 'first']);
    await end('first');
    expect(order).toEqual(['free', 'first', 'second']);
  });

  it('starts the most urgent first, and of equal ones the earlier', async () => {
    const { add, end, order } = stage({ jobs: 1, resources: {} });
    add('usual');
    add('later');
    add('urgent', { cores: 1 }, { priority: 5 });
    await settled();
    await end('urgent');
    await end('usual');
    expect(order).toEqual(['urgent', 'usual', 'later']);
  });

  it('gives out no more of a pool than there is, and lets others pass that need none of it', async () => {
    const { add, end, order } = stage({ jobs: 9, resources: { cores: 9, vivado: 2 } });
    for (const name of ['a', 'b', 'c']) add(name, { cores: 1, vivado: 1 });
    add('other');
    await settled();
    expect(order).toEqual(['a', 'b', 'other']);
    await end('a');
    expect(order).toEqual(['a', 'b', 'other', 'c']);
  });

  it('lets nothing pass in the resource that a task waits for', async () => {
    const { add, end, order } = stage({ jobs: 9, resources: { cores: 9, memory: 10 } });
    add('half', { cores: 1, memory: 6 });
    add('large', { cores: 1, memory: 8 });
    add('small', { cores: 1, memory: 1 });
    await settled();
    expect(order).toEqual(['half']);
    await end('half');
    expect(order).toEqual(['half', 'large', 'small']);
  });

  it('gives a task that needs more than there is all of it', async () => {
    const { add, end, order } = stage({ jobs: 9, resources: { cores: 2 } });
    add('one', { cores: 1 });
    add('huge', { cores: 64 });
    await settled();
    expect(order).toEqual(['one']);
    await end('one');
    expect(order).toEqual(['one', 'huge']);
  });

  it('runs a task alone if it must be', async () => {
    const { add, end, order } = stage({ jobs: 9, resources: {} });
    add('one');
    add('alone', { cores: 1 }, { isAlone: true });
    add('next');
    await settled();
    expect(order).toEqual(['one']);
    await end('one');
    expect(order).toEqual(['one', 'alone']);
    await end('alone');
    expect(order).toEqual(['one', 'alone', 'next']);
  });

  it('never exceeds its limits, and runs everything', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = seeded(seed);
      const limits = { jobs: 4, resources: { cores: 4, memory: 10, vivado: 2 } };
      const { add, end, order, running } = stage(limits);
      const uses = new Map<string, Record<string, number>>();
      for (let at = 0; at < 40; at++) {
        const own = {
          cores: 1 + Math.floor(random() * 5),
          memory: Math.floor(random() * 12),
          ...(random() < 0.3 ? { vivado: 1 } : {}),
        };
        uses.set(`t${at}`, own);
        add(`t${at}`, own, { priority: Math.floor(random() * 3), isAlone: random() < 0.1 });
      }
      await settled();
      while (running().length > 0) {
        const now = running();
        for (const [name, limit] of Object.entries(limits.resources)) {
          const taken = now.map((task) => Math.min(limit, uses.get(task)?.[name] ?? 0));
          expect(taken.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(limit);
        }
        expect(now.length).toBeLessThanOrEqual(limits.jobs);
        await end(now[Math.floor(random() * now.length)] ?? '');
      }
      expect(order).toHaveLength(40);
    }
  });

  it('starts nothing more after an error, and reports the first one', async () => {
    const scheduler = createScheduler({ jobs: 1, resources: {} });
    const broken = {
      run: () => Promise.reject(new Error('broken')),
      uses: null,
      isAlone: false,
      priority: 0,
    };
    scheduler.add(broken);
    await expect(scheduler.idle()).rejects.toThrow('broken');
    let hasRun = false;
    scheduler.add({
      ...broken,
      run: () => {
        hasRun = true;
        return Promise.resolve();
      },
    });
    await expect(scheduler.idle()).rejects.toThrow('broken');
    expect(hasRun).toBe(false);
  });
});
