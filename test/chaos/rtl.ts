import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { writeHardwareGraph } from '../../finn/dialect/write.ts';
import { applyFolding } from '../../finn/fold/apply.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import { lower } from '../../finn/lower/lower.ts';
import { minimiseBitWidths } from '../../finn/minimise/bit-widths.ts';
import { readModel } from '../../onnx/read.ts';
import { examples, readJson } from '../finn/network.ts';
import { counterparts } from '../integration/rig/counterpart-programs.ts';
import { randomChain, sideBySide } from '../integration/rig/rtl/chains.ts';
import type { Outcome, SimulationPlan } from '../integration/rig/rtl/outcomes.ts';
import { outcomesOf, paramsOf, zynq } from '../integration/rig/rtl/outcomes.ts';
import { root } from '../rig/sources.ts';
import { seeded } from '../rig/seeded.ts';
import type { Round } from './rig/tally.ts';
import { roundsOf } from './rig/tally.ts';

/** Random chains of a round. */
export const chainsOfRound = 10;

/** Random chains of RTL layers: every word by our executor, every cycle by our model. */
export const chains = roundsOf(async (seed): Promise<Round> => {
  const random = seeded(seed + 1000);
  const graph = sideBySide(Array.from({ length: chainsOfRound }, () => randomChain(random)));
  const plan: SimulationPlan = { images: 3, stalls: [0, 20, 50, 35], seed, queue: 'deep' };
  return judged(await simulated(graph, plan, true));
});

/** All RTL layers of MobileNetV1 in the segments that its HLS layers leave; the seed is that of the random images. */
export const mobilenet = roundsOf(async (seed): Promise<Round> => {
  const folder = join(examples, 'mobilenetv1');
  const specialize = readJson<object>(join(folder, 'specialize.json'));
  const model = readModel(readFileSync(join(folder, 'model.onnx')));
  const { graph } = lower(model, zynq, specialize, {
    preset: 'mobilenet',
    standaloneThresholds: false,
  });
  const folded = minimiseBitWidths(applyFolding(graph, readJson<object>(join(folder, 'folding.json'))));
  return judged(await simulated(folded, { images: 2, stalls: [0], seed, queue: 'deep' }, false));
});

/** Why RTL cannot be simulated on this machine; null if it can. */
export function whyNotSimulated(): string | null {
  const { finn, verilator } = counterparts;
  const missing = [finn, verilator].find(({ find }) => find() === null);
  return missing === undefined ? null : `there is no ${missing.what}; ${missing.remedy}`;
}

async function simulated(
  graph: HardwareGraph,
  plan: SimulationPlan,
  isWhole: boolean,
): Promise<readonly Outcome[]> {
  const directory = mkdtempSync(join(tmpdir(), 'rtl-long-'));
  try {
    for (const name of ['in/model', 'out']) mkdirSync(join(directory, name), { recursive: true });
    cpSync(join(root, 'templates'), join(directory, 'templates'), { recursive: true });
    writeFileSync(join(directory, 'in', 'params.json'), JSON.stringify(paramsOf(plan)));
    writeFileSync(join(directory, 'in', 'model', 'dataflow.onnx'), writeHardwareGraph(graph));
    const { exitCode, all } = await execa(counterparts.finn.find()!, ['templates/rtl/simulate.py'], {
      cwd: directory,
      env: {
        FINN_VERSION: '1.6.1',
        PYTHONDONTWRITEBYTECODE: '1',
        PATH: [counterparts.verilator.find()!, process.env['PATH'] ?? ''].join(delimiter),
      },
      all: true,
      reject: false,
    });
    if (exitCode !== 0) throw new Error(all);
    return outcomesOf(graph, join(directory, 'out', 'raw'), plan, isWhole);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function judged(outcomes: readonly Outcome[]): Round {
  const count = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0);
  return {
    figures: {
      segments: outcomes.length,
      nodes: count(({ segment }) => segment.nodes.length),
      words: count(({ words }) => words.cycles.length),
    },
    faults: outcomes.flatMap(({ segment, disagreement }) =>
      disagreement === null
        ? []
        : [`${segment.nodes.join(' → ')}, pauses ${segment.stalls} %: ${JSON.stringify(disagreement)}`],
    ),
  };
}
