import { alongChains } from './along-chains.ts';
import type { FloatGraph, FloatNode } from '../float-graph.ts';
import { moveArithmeticPastConcat, moveTransposePastConcat } from './concat.ts';
import { lowerConv } from './convolutions.ts';
import { movePastFork } from './forks.ts';
import { globalAveragesToSums } from './global-average.ts';
import { moveAddPastSum, moveMulPastSum, moveTransposePastSum } from './joins.ts';
import {
  moveMulPastIm2Col,
  moveMulPastAdd,
  moveMulPastDepthwiseConv,
  moveMulPastMaxPool,
  movePastInvariants,
} from './move.ts';
import type { Pass } from './passes.ts';
import { applied, exhaustively, inTurn } from './passes.ts';
import { cutArithmetic, moveScalarPastSplit, moveTransposePastSplit } from './split.ts';
import { absorbIntoFlatten } from './tail.ts';
import { absorbAdd, absorbBias, roundThresholds } from './thresholds.ts';
import { absorbIntoTopK } from './top-k.ts';
import {
  absorbIntoThreshold,
  absorbOpposites,
  collapseTransposes,
  enlargeChannelsLast,
  moveTransposePastArithmetic,
  poolBetweenTransposes,
  removeIdentityTransposes,
} from './transposes.ts';
import { bipolarToXnor } from './xnor.ts';

/**
 * Arithmetic in networks whose branches part and join: FINN's transformations in an order in which no factor is taken from
 * a branch that still needs it, and no transpose remains between branches.
 */
export function streamlineResidual(graph: FloatGraph): FloatGraph {
  // The scale of the last layer goes first, so that an integer bias in front of it stays one.
  const scaled = applied(graph, [absorbIntoTopK]);
  const parted = pastBranches(scaled);
  const lowered = lowerConvs(streamlinePlus(exhaustively([moveMulPastAdd, absorbBias])(parted)));
  const streamlined = inXnor(streamlinePlus(lowered));
  return afterwards.reduce(
    (current, { op, pass }) => (current.nodes.some((node) => node.op === op) ? pass(current) : current),
    applied(streamlined, [absorbIntoTopK]),
  );
}

/** What FINN does for operators that it leaves with channels first or with a division. */
const afterwards: readonly { readonly op: FloatNode['op']; readonly pass: Pass }[] = [
  {
    op: 'Split',
    pass: (graph) => {
      const cut = applied(graph, [cutArithmetic]);
      return cut === graph ? graph : applied(streamlinePlus(cut), [absorbIntoTopK]);
    },
  },
  {
    op: 'MaxPool',
    pass: (graph) =>
      applied(streamlinePlus(inTurn(graph, [poolBetweenTransposes])), [absorbOpposites, absorbIntoTopK]),
  },
  {
    op: 'GlobalAveragePool',
    pass: (graph) =>
      applied(
        streamlinePlus(
          applied(streamlinePlus(applied(graph, [globalAveragesToSums])), [
            absorbOpposites,
            absorbIntoFlatten,
          ]),
        ),
        [absorbIntoTopK],
      ),
  },
  {
    op: 'Upsample',
    pass: (graph) =>
      applied(streamlinePlus(applied(graph, [enlargeChannelsLast])), [absorbOpposites, absorbIntoTopK]),
  },
];

/** Scales move past pools, forks and joins before anything else. */
const pastBranches: Pass = exhaustively([
  absorbBias,
  moveMulPastMaxPool,
  movePastFork('Mul'),
  moveMulPastDepthwiseConv,
  moveMulPastSum,
]);

/** Products of bipolar operands as counts of equal bits, which FINN's list for residual networks leaves out. */
const inXnor: Pass = (graph) => {
  const counted = applied(graph, [bipolarToXnor]);
  return counted === graph ? graph : streamlinePlus(counted);
};

const lowerConvs: Pass = exhaustively([lowerConv, absorbAdd, absorbIntoThreshold]);

/** FINN+ 1.6.1 `StreamlinePlus`. */
const streamlinePlus: Pass = exhaustively([
  movePastFork('Mul'),
  { pass: exhaustively(alongChains()) },
  {
    pass: exhaustively([moveMulPastSum, moveAddPastSum, movePastInvariants, movePastFork('Mul')]),
  },
  {
    pass: exhaustively([
      moveMulPastIm2Col,
      moveScalarPastSplit,
      moveArithmeticPastConcat,
      movePastFork('Transpose'),
      moveTransposePastSplit,
      moveTransposePastConcat,
      moveTransposePastArithmetic,
      moveTransposePastSum,
      collapseTransposes,
      removeIdentityTransposes,
      absorbIntoThreshold,
    ]),
  },
  roundThresholds,
]);
