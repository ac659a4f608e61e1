import { describe, expect, test } from 'vitest';
import { seeded } from '../../rig/seeded.ts';
import { counterpart } from '../rig/counterparts.ts';
import { numbered, randomChain, sideBySide } from '../rig/rtl/chains.ts';
import { residual } from '../rig/rtl/forks.ts';
import { keepChains } from '../rig/rtl/golden.ts';
import type { Outcome, SimulationPlan } from '../rig/rtl/outcomes.ts';
import { rtlRig } from '../rig/rtl/simulation.ts';

const record = process.env['PIPELINE_TEST_RECORD'];

counterpart('finn', (python) => {
  counterpart('verilator', (verilator) => {
    const { simulate } = rtlRig(python, verilator);

    test('random chains: every word by our executor, every cycle by our model', async () => {
      const random = seeded(Number(process.env['PIPELINE_TEST_SEED'] ?? 1));
      const graph = sideBySide(Array.from({ length: 20 }, () => randomChain(random)));
      const plan: SimulationPlan = { images: 3, stalls: [0, 20, 50, 35], seed: 1, queue: 'deep' };
      const outcomes = await simulate(graph, plan);
      expect(outcomes).toHaveLength(20);
      for (const outcome of outcomes) expect.soft(outcome.disagreement, nodesOf(outcome)).toBeNull();
      if (record !== undefined) keepChains(record, graph, plan, outcomes);
      tell(outcomes);
    });

    test('segments inside a network, whose layers are not numbered from 0', async () => {
      const random = seeded(2);
      const graph = numbered(sideBySide([randomChain(random), randomChain(random)]));
      const outcomes = await simulate(graph, { images: 2, stalls: [0], seed: 1, queue: 'deep' });
      for (const outcome of outcomes) expect.soft(outcome.disagreement, nodesOf(outcome)).toBeNull();
      expect(outcomes.flatMap(({ segment: { nodes } }) => nodes)).toEqual(
        graph.nodes.map(({ name }) => name),
      );
    });

    describe('a block that forks and joins, with modules of ours and FINN’s library for the two', () => {
      test('runs at the pace of the model, or stands still where the model does', async () => {
        const depths = [2, 6, 8, 64];
        const graph = sideBySide(depths.map((depth) => residual(seeded(1), depth)));
        const plan = { images: 3, stalls: [0], seed: 1, queue: 'deep', standIns: true } as const;
        const outcomes = await simulate(graph, plan);
        expect(outcomes.map(({ segment }) => segment.standIns)).toEqual(
          depths.map((_, index) => [`c${index}_DuplicateStreams_hls_0`, `c${index}_ElementwiseAdd_hls_0`]),
        );
        for (const outcome of outcomes) expect.soft(outcome.disagreement, nodesOf(outcome)).toBeNull();
        const [shallow, , , deep] = outcomes;
        expect(shallow?.words.cycles).toHaveLength(0);
        expect(deep?.words.cycles).toHaveLength(192);
      });
    });
  });
});

function nodesOf({ segment }: Outcome): string {
  return `${segment.nodes.join(' → ')}, pauses in ${segment.stalls} %`;
}

function tell(outcomes: readonly Outcome[]): void {
  const words = outcomes.reduce((sum, { words: { cycles } }) => sum + cycles.length, 0);
  console.log(`compared with FINN's RTL: ${outcomes.length} chains, ${words} words`);
}
