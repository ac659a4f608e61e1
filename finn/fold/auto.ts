import { Refusal, refuseAll } from '../../base/refusal.ts';
import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import { foldLayer } from './auto-rules.ts';
import type { Trial } from './trial.ts';

/** A folding chosen for a rate. */
export interface AutoFolding {
  /** The folded graph; each layer has its cycles as an attribute, as after FINN's step. */
  readonly graph: HardwareGraph;
  /** Cycles per image that the rate allows. */
  readonly cycles: number;
  /** The slowest layer if it takes longer, in which case all layers are folded for its cycles; otherwise null. */
  readonly bottleneck: Bottleneck | null;
  /** Final cycles per image of the slowest layer; some may still be slower than the bottleneck was. */
  readonly reached: number;
}

/** A layer that FINN's rule cannot make faster. */
export interface Bottleneck {
  readonly layer: string;
  /** Per image. */
  readonly cycles: number;
}

/**
 * Folds every layer for at least this many images per second: FINN+ 1.6.1 `SetFolding` as `step_target_fps_parallelization`
 * calls it (`mvau_wwidth_max` 36; if a layer is slower, a second pass folds all layers for its cycles). Refuses what FINN
 * refuses, and foldings that FINN can estimate but not build. `avoidsShortQueues` departs from FINN: no MVAU_rtl gets a SIMD of
 * its MW, see ops/short-queue.ts.
 */
export function foldForRate(
  graph: HardwareGraph,
  imagesPerSecond: number,
  clockMHz: number,
  avoidsShortQueues = false,
): AutoFolding {
  const cycles = cyclesForRate(imagesPerSecond, clockMHz);
  const first = onePass(graph, cycles, avoidsShortQueues);
  const slowest = slowestOf(first);
  const isMet = slowest.cycles <= cycles;
  const folded = isMet ? first : onePass(first, slowest.cycles, avoidsShortQueues);
  refuseIllegal(folded, clockMHz);
  return { graph: folded, cycles, bottleneck: isMet ? null : slowest, reached: slowestOf(folded).cycles };
}

/** Cycles per image that a rate allows, as FINN+ 1.6.1 `_resolve_cycles_per_frame` rounds them. */
function cyclesForRate(imagesPerSecond: number, clockMHz: number): number {
  // In FINN's order of operations, since one cycle more or less changes the folding.
  const period = 1000 / clockMHz;
  return Math.trunc(10 ** 9 / period / imagesPerSecond);
}

function onePass(graph: HardwareGraph, target: number, avoidsShortQueues: boolean): HardwareGraph {
  const layers = graph.nodes.map((node) => trialOf(graph, node));
  const makers = new Map(layers.flatMap((trial) => trial.node().outputs.map((name) => [name, trial])));
  const producerOf = ({ inputs: [input = ''] }: HardwareNode): Trial | null => makers.get(input) ?? null;
  for (const trial of layers) foldLayer(trial, { target, producerOf, avoidsShortQueues });
  return {
    ...graph,
    nodes: layers.map((trial) => {
      const node = trial.node();
      return { ...node, attributes: { ...node.attributes, cycles_estimate: trial.cycles() } };
    }),
  };
}

function trialOf(graph: HardwareGraph, unfolded: HardwareNode): Trial {
  let node = unfolded;
  return {
    node: () => node,
    set: (attribute, value) => {
      node = { ...node, attributes: { ...node.attributes, [attribute]: value } };
    },
    look: () => nodeOf(graph, node),
    cycles: () => cyclesOf(graph, node),
  };
}

function cyclesOf(graph: HardwareGraph, node: HardwareNode): number {
  const { op, view } = nodeOf(graph, node);
  return op.cycles(view);
}

/** The first of the slowest, as FINN+ 1.6.1 `dataflow_performance` names it. */
function slowestOf({ nodes }: HardwareGraph): Bottleneck {
  return nodes.reduce<Bottleneck>(
    (slowest, { name, attributes }) => {
      const cycles = attributes['cycles_estimate'] as number;
      return cycles > slowest.cycles ? { layer: name, cycles } : slowest;
    },
    { layer: '', cycles: 0 },
  );
}

/** FINN folds a Reshape by a divisor of its output. It looks at the input only during the build, which then fails. */
function refuseIllegal(graph: HardwareGraph, clockMHz: number): void {
  refuseAll(
    graph.nodes.flatMap((node) => {
      const { op, view } = nodeOf(graph, node);
      const values = op.legalValues(view);
      return ['PE', 'SIMD'].flatMap((attribute) => {
        const [value, legal] = [node.attributes[attribute], values[attribute]];
        if (typeof value !== 'number' || legal === undefined || legal.includes(value)) return [];
        const below = legal.findLast((other) => other < value) ?? 1;
        const above = legal.find((other) => other > value) ?? below;
        const slower = cyclesOf(graph, { ...node, attributes: { ...node.attributes, [attribute]: below } });
        return [
          new Refusal(
            'fold/rate-illegal',
            `for this rate FINN folds ${node.name} with ${attribute} ${value}, which does not divide all that it reads and writes: FINN estimates that, and fails when it builds`,
            `ask for ${Math.floor((clockMHz * 1e6) / slower)} img/s or less, or give a folding file with ${attribute} ${above}`,
            ['target_fps'],
          ),
        ];
      });
    }),
  );
}
