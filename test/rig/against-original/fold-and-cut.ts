import { attempt } from '../../../base/refusal.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { estimate } from '../../../finn/estimate/reports.ts';
import { prepare, run } from '../../../finn/execute/run.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { cuttableAfter } from '../../../finn/split/articulation.ts';
import { prepareChain, runChain } from '../../../finn/split/chain.ts';
import { cutGraph } from '../../../finn/split/submodel.ts';
import type { IntegerTensor } from '../../../finn/tensor.ts';
import { sameTensor } from '../../../finn/tensor.ts';
import type { FoldingChoice } from '../../../stages/finn/estimate/fold-graph.ts';
import { foldGraph } from '../../../stages/finn/estimate/fold-graph.ts';

/** What hardware a network is estimated, folded and cut for. */
export const target = { part: 'xc7z020clg484-1', clockMHz: 100 };

/**
 * Estimates a network, folds it for a random rate and cuts it at a random place; throws if that changes its results for the
 * inputs, or if an estimate is none. Returns the codes with which the foldings were refused.
 */
export function foldAndCut(
  graph: HardwareGraph,
  inputs: readonly IntegerTensor[],
  random: () => number,
): readonly string[] {
  const rate = Math.round(10 ** (1 + 5 * random()));
  const place = random();
  const choices: readonly FoldingChoice[] = [{ type: 'none' }, { type: 'rate', rate }];
  return choices.flatMap((choice) => {
    const folded = attempt(() => foldGraph(graph, choice, target.clockMHz).graph);
    if (!folded.ok) return folded.diagnostics.map(({ code }) => code);
    checkEstimates(folded.value);
    checkParts(graph, folded.value, inputs, place);
    return [];
  });
}

function checkEstimates(graph: HardwareGraph): void {
  const reports = estimate(graph, target.part, target.clockMHz);
  const { estimated_throughput_fps: rate } = reports.estimate_network_performance;
  if (!(rate > 0 && Number.isFinite(rate)))
    throw new Error(`a throughput of ${rate} images per second is estimated`);
  for (const [layer, cycles] of Object.entries(reports.estimate_layer_cycles))
    if (!Number.isInteger(cycles) || cycles < 1)
      throw new Error(`${layer} is estimated to take ${cycles} cycles`);
}

function checkParts(
  graph: HardwareGraph,
  folded: HardwareGraph,
  inputs: readonly IntegerTensor[],
  place: number,
): void {
  const cuts = [...cuttableAfter(folded).entries()].flatMap(([index, isLegal]) => (isLegal ? [index] : []));
  const cut = cuts[Math.floor(place * cuts.length)];
  const pieces = cutGraph(folded, cut === undefined ? [] : [cut]);
  const chain = prepareChain(pieces.map((piece) => readHardwareGraph(writeHardwareGraph(piece.graph))));
  const whole = prepare(graph);
  for (const [number, input] of inputs.entries())
    if (!sameTensor(run(whole, input), runChain(chain, input)))
      throw new Error(`input ${number} has other results if the folded network is cut after layer ${cut}`);
}
