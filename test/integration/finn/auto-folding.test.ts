import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { annotateEstimates } from '../../../finn/estimate/annotate.ts';
import { estimate } from '../../../finn/estimate/reports.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import { hardwareFaults } from '../../../finn/faults/index.ts';
import { foldForRate } from '../../../finn/fold/auto.ts';
import { describeFolding } from '../../../finn/fold/describe.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { modelOverheads } from '../../../finn/overheads/overheads.ts';
import { Refusal } from '../../../base/refusal.ts';
import { goldenChain, goldenNodes } from '../../finn/estimate/golden-chain.ts';
import { describeNodes, golden, readGraph } from '../../finn/network.ts';
import { seeded } from '../../rig/seeded.ts';
import { counterpart } from '../rig/counterparts.ts';
import { askFinn } from '../rig/finn/session.ts';
import {
  matrixVector,
  pool,
  thresholding,
  vectorVector,
  windows,
} from '../rig/networks/convolution-layers.ts';
import { randomNetwork, wideWindows } from '../rig/networks/convolutions.ts';
import { between, end, input, start } from '../rig/networks/drawing.ts';
import { pick, randomFolding } from '../rig/networks/foldings.ts';

const parts = ['xc7z020clg484-1', 'xcvc1902-vsva2197-2MP-e-S'];

interface Case {
  readonly graph: HardwareGraph;
  readonly rates: readonly number[];
  readonly part: string;
  readonly clockMHz: number;
  /** Whether FINN is to estimate what it folded; it needs the values of weights for that. */
  readonly estimated: boolean;
}

interface Answer {
  readonly folding?: object;
  readonly reports?: object;
  readonly nodes?: readonly object[];
  readonly streams?: object;
  readonly error?: string;
  readonly step?: string;
}

counterpart('finn', () => {
  const directory = mkdtempSync(join(tmpdir(), 'finn-auto-folding-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  describe('foldings for a rate are FINN’s, and so is what it estimates of them', () => {
    test('random networks', async () => {
      const random = seeded(Number(process.env['PIPELINE_TEST_SEED'] ?? 1));
      const cases = [
        ...Array.from({ length: 30 }, () => drawn(randomNetwork(random, 16), random)),
        ...Array.from({ length: 20 }, () => drawn(randomNetwork(random, 96), random)),
        ...Array.from({ length: 4 }, () => drawn(wideWindows(random), random)),
        ...Array.from({ length: 12 }, () => drawn(withoutWindows(random), random)),
        ...Array.from({ length: 2 }, () => drawn(wideMatrix(random), random)),
      ];
      const counts = compare(cases, await ask(directory, cases));
      expect(counts.equal).toBeGreaterThan(80);
      expect(counts.relaxed).toBeGreaterThan(10);
      expect(counts.refused).toBeGreaterThan(2);
      console.log(`compared with FINN+: ${JSON.stringify(counts)}`);
    });

    test('TFC, CNV and MobileNetV1', async () => {
      const zedboard = { part: parts[0]!, clockMHz: 100 };
      const weightless = (network: string) => ({
        graph: goldenChain(goldenNodes(network)),
        estimated: false,
        ...zedboard,
      });
      const tfc = readGraph(join(golden, 'tfc-w2a2', 'dataflow.onnx'));
      const cases: readonly Case[] = [
        { graph: tfc, rates: [1e3, 1e5, 2.3e5, 1e6, 1e9], estimated: true, ...zedboard },
        { rates: [0.5, 100, 3000, 1e4, 1e6], ...weightless('cnv-w2a2') },
        { rates: [0.7, 10, 50, 300, 2000, 1e5], ...weightless('mobilenetv1-w4a4') },
      ];
      const counts = compare(cases, await ask(directory, cases));
      // FINN's estimates take a Reshape that its hardware does not.
      expect(counts).toMatchObject({ equal: 14, unbuildable: 2 });
      console.log(`compared with FINN+: ${JSON.stringify(counts)}`);
    });
  });
});

/** What we refuse where FINN fails while it folds, or only when it builds what it has folded and estimated. */
const refusals: {
  readonly [step: string]: { readonly code: string; readonly count: 'refused' | 'unbuildable' };
} = {
  step_target_fps_parallelization: { code: 'fold/no-windows', count: 'refused' },
  build: { code: 'fold/rate-illegal', count: 'unbuildable' },
};

function compare(cases: readonly Case[], answers: readonly (readonly Answer[])[]) {
  const counts = { equal: 0, streams: 0, relaxed: 0, refused: 0, unbuildable: 0 };
  for (const [index, { graph, rates, part, clockMHz, estimated }] of cases.entries())
    for (const [position, rate] of rates.entries()) {
      const what = `network ${index}, ${rate} img/s at ${clockMHz} MHz, ${part}`;
      const theirs = answers[index]![position]!;
      const refusal = refusals[theirs.step ?? ''];
      if (refusal !== undefined) {
        const found = refusalOf(() => foldForRate(graph, rate, clockMHz));
        if (theirs.step === 'build' && hasUnequalParts(graph)) {
          expect.soft(theirs.error, what).toContain("A streaming FIFO can't be implemented");
          expect.soft(['none', refusal.code], what).toContain(found);
        } else {
          expect.soft(found, `${what}: ${String(theirs.error)}`).toBe(refusal.code);
        }
        counts[refusal.count] += 1;
        continue;
      }
      const { graph: folded, bottleneck } = foldForRate(graph, rate, clockMHz);
      const file = describeFolding(folded, graph);
      expect.soft(JSON.stringify(file), what).toBe(JSON.stringify(theirs.folding));
      expect.soft(describeFolding(applyFolding(graph, file), graph), what).toEqual(file);
      counts.equal += 1;
      if (bottleneck !== null) counts.relaxed += 1;
      if (!estimated || theirs.error !== undefined) continue;
      expect.soft(hasUnequalParts(graph), `${what}: FINN builds it`).toBe(false);
      const minimal = minimiseBitWidths(folded);
      expect.soft(estimate(minimal, part, clockMHz), what).toEqual(theirs.reports);
      const nodes = describeNodes(annotateEstimates(minimal)).map(inOrder);
      expect.soft(nodes, what).toEqual(theirs.nodes!.map(inOrder));
      // Ours is for Zynq; Versal has other memories.
      if (part !== parts[0]) continue;
      const platform = { hasUram: true, portWidth: 64 };
      const { streams } = modelOverheads(minimal)(0, minimal.nodes.length - 1, platform);
      expect.soft(streams, what).toEqual(theirs.streams);
      counts.streams += 1;
    }

  return counts;
}

/** Whether it has a Split that `finn/faults` reports, for which FINN inserts no FIFOs. */
function hasUnequalParts(graph: HardwareGraph): boolean {
  return hardwareFaults(graph).some(({ fault }) => fault.startsWith('splits channels into parts of'));
}

function refusalOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'none';
}

/** A layer that works on channels, and in front of it perhaps something else than the windows FINN expects. */
function withoutWindows(random: () => number): HardwareGraph {
  const drawing = start(random);
  const image = input(drawing, [1, between(random, 2, 6), between(random, 2, 6), between(random, 2, 24)]);
  const cut =
    random() < 0.5
      ? windows(drawing, image, true)
      : { stream: image, kernel: [1, 1] as const, channels: image.shape[3] };
  const read = random() < 0.6 ? thresholding(drawing, cut.stream) : cut.stream;
  const byChannel = pick([pool, vectorVector], random);
  return end(drawing, byChannel(drawing, { ...cut, stream: read }));
}

/** A product whose weights become wider than an integer in HLS may be. */
function wideMatrix(random: () => number): HardwareGraph {
  const drawing = start(random);
  const image = input(drawing, [1, 1, 1, 48]);
  return end(drawing, matrixVector(drawing, image, 4096));
}

function drawn(graph: HardwareGraph, random: () => number): Case {
  // What stands there before must not matter.
  const folded = applyFolding(graph, { ...randomFolding(graph, random), Defaults: {} });
  const clockMHz = pick([100, 100, 33.3, 150, 187.5], random);
  const slowest = Math.max(...Object.values(estimate(graph, parts[0]!, clockMHz).estimate_layer_cycles));
  return {
    graph: folded,
    rates: Array.from({ length: 2 }, () => (clockMHz * 1e6) / (0.2 + random() * slowest ** (0.3 + random()))),
    part: pick(parts, random),
    clockMHz,
    estimated: true,
  };
}

async function ask(directory: string, cases: readonly Case[]): Promise<readonly (readonly Answer[])[]> {
  const questions = cases.map(({ graph, rates, part, clockMHz, estimated }, index) => {
    const path = join(directory, `${index}.onnx`);
    writeFileSync(path, writeHardwareGraph(graph));
    return { path, rates, part, period: 1000 / clockMHz, estimated };
  });
  return askFinn<readonly Answer[]>(directory, 'fold_for_rates', questions);
}

function inOrder(value: object): string {
  return JSON.stringify(value);
}
