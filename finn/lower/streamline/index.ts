import { alongChains } from './along-chains.ts';
import type { FloatGraph } from '../float-graph.ts';
import type { Route } from '../route.ts';
import { rewrite } from '../rewrite.ts';
import { averagesToSums } from './average-pool.ts';
import { collapseMuls } from './collapse.ts';
import { lowerConv } from './convolutions.ts';
import { removeIdentities } from './identities.ts';
import { moveMulPastDepthwiseConv, moveMulPastIm2Col, moveMulPastMatMul } from './move.ts';
import { withFinnNames } from './names.ts';
import { convertQuantisers } from './quantisers.ts';
import { applied, inTurn } from './passes.ts';
import { streamlineResidual } from './residual.ts';
import { absorbIntoFlatten, moveFlattenPastAffine, moveFlattenPastTopK, takeOutScale } from './tail.ts';
import { absorbBias, absorbMul, roundThresholds } from './thresholds.ts';
import { absorbIntoTopK } from './top-k.ts';
import {
  absorbIntoThreshold,
  absorbOpposites,
  averageChannelsLast,
  moveTransposePastMul,
  poolChannelsLast,
} from './transposes.ts';
import { bipolarToXnor } from './xnor.ts';

/** FINN+ 1.6.1 `Streamline`, in its order. */
const passes = alongChains([moveMulPastIm2Col]);

/**
 * Moves float arithmetic into thresholds until only integers are left, if FINN can map the network; convolutions are then
 * matrix products, and tensors have FINN's names.
 */
export function streamline(graph: FloatGraph, { preset }: Route): FloatGraph {
  const quantised = removeIdentities(applied(convertQuantisers(graph), [averagesToSums]));
  switch (preset) {
    case 'default':
      return streamlineByDefault(quantised);
    case 'mobilenet':
      return streamlineMobileNet(quantised);
    case 'residual':
      return withFinnNames(streamlineResidual(quantised));
  }
}

/** FINN+ 1.6.1 `step_streamline`. */
function streamlineByDefault(graph: FloatGraph): FloatGraph {
  const first = inTurn(applied(graph, [absorbBias]), passes);
  const lowered = first.nodes.some((node) => node.op === 'Conv')
    ? applied(first, [lowerConv, poolChannelsLast, absorbIntoThreshold, poolChannelsLast, absorbOpposites])
    : first;
  return rewrite(withFinnNames(inTurn(rewrite(lowered, bipolarToXnor), passes)), absorbIntoTopK);
}

/** FINN+ 1.6.1 `step_mobilenet_streamline` and `step_mobilenet_lower_convs`, then our `step_integer_tail`. */
function streamlineMobileNet(graph: FloatGraph): FloatGraph {
  const streamlined = applied(inTurn(graph, passes), [
    moveMulPastDepthwiseConv,
    absorbMul,
    averageChannelsLast,
    moveTransposePastMul,
    absorbIntoFlatten,
    moveFlattenPastAffine,
    moveFlattenPastTopK,
    moveMulPastMatMul,
    collapseMuls,
  ]);
  const lowered = applied(removeIdentities(streamlined), [
    roundThresholds,
    lowerConv,
    absorbIntoThreshold,
    absorbOpposites,
    roundThresholds,
  ]);
  return withFinnNames(rewrite(lowered, takeOutScale));
}
