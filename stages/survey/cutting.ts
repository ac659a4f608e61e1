import type { Diagnostic } from '../../base/diagnostic.ts';
import { attempt } from '../../base/refusal.ts';
import type { BoardType } from '../../boards/data.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import { kindsOf } from '../../finn/split/board.ts';
import { questionOf } from '../split/ask.ts';
import { cutGreedily } from '../split/cut-greedily.ts';
import { layersOf } from '../split/layers.ts';
import { evenCuts } from './even-cuts.ts';

/** How a network can be divided among equal boards. */
export interface Cutting {
  /** The submodels that the strategy greedy makes of it; null if a layer fits no board. */
  readonly submodels: number | null;
  /** Why a layer fits no board; empty if each does. */
  readonly obstacles: readonly Diagnostic[];
  /** The layers behind which to cut by hand, so that every board has about as much to hold; as many as can be cut. */
  readonly after: readonly string[];
}

/** The cutting of a folded graph for so many boards of a type, by the resources that FINN's RTL instantiates. */
export function cuttingOf(graph: HardwareGraph, board: BoardType, boards: number, clockMHz: number): Cutting {
  const { name: type, part } = board;
  const question = questionOf(graph, {
    cuts: [],
    limits: {},
    model: 'rtl',
    boards: Array.from({ length: boards }, (_, index) => ({
      name: `board ${index}`,
      type,
      resources: { ...board.resources },
    })),
    target: { board: type, part, clockMHz },
  });
  const greedy = attempt(() => cutGreedily(question));
  const layers = layersOf(question);
  // The scarcest resource of a layer decides how much of a board it takes.
  const shares = layers.map(({ resources }) =>
    Math.max(
      ...kindsOf('rtl')
        .filter((kind) => board.resources[kind] > 0)
        .map((kind) => resources[kind] / board.resources[kind]),
    ),
  );
  const places = layers.flatMap(({ cuttable }, index) => (cuttable ? [index] : []));
  return {
    submodels: greedy.ok ? greedy.value.length + 1 : null,
    obstacles: greedy.ok ? [] : greedy.diagnostics,
    after: evenCuts(shares, places, boards).map((index) => layers[index]?.name ?? ''),
  };
}
