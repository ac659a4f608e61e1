import type { OnnxModel, OnnxNode } from '../../onnx/model.ts';
import { sortedNodes } from '../../onnx/sort.ts';
import { isProduct } from '../is-product.ts';
import { withPlainBiases } from './biases.ts';
import { withoutIdleClips } from './clips.ts';
import { withTodaysDomains } from './domains.ts';
import { withSinglePrecision } from './floats.ts';
import { withoutIdentities } from './identities.ts';
import { withImages } from './images.ts';
import { inferred } from './infer.ts';
import { withFixedInputs } from './inputs.ts';
import { withQuantisers } from './linear-quantisation.ts';
import { needed, withoutOptionalOutputs } from './needed.ts';
import type { Pass } from './pass.ts';
import { withPlainPools } from './pools.ts';
import { withPlainReshapes } from './reshapes.ts';
import { withSplits } from './splits.ts';

/** A model in the form in which front ends read it. */
export interface Tidied {
  readonly model: OnnxModel;
  /** Layers with weights of the original model on which none of its outputs depends, and which are no longer there. */
  readonly dropped: readonly OnnxNode[];
}

/**
 * Brings a QONNX model into the one form that is read, of the many in which exporters write the same network. It computes the same values up to
 * float32, nodes that remain keep their names, and every tensor gets a fixed shape, except behind unknown operators. Refuses
 * inputs of open shape (`qonnx/open-shape`) and what contradicts itself.
 */
export function tidy(model: OnnxModel): Tidied {
  const nodes = sortedNodes(model.graph);
  const sorted = { ...model, graph: { ...model.graph, nodes } };
  const live = needed(sorted);
  const kept = new Set(live.graph.nodes);
  return {
    model: needed(passes.reduce((current, pass) => inferred(pass(current)), live)),
    dropped: nodes.filter((node) => isProduct(node) && !kept.has(node)),
  };
}

/** In this order: each may rely on those before it and, from the second one on, on the shapes of all tensors. */
const passes: readonly Pass[] = [
  (model) => withFixedInputs(withoutOptionalOutputs(withTodaysDomains(model))),
  withSinglePrecision,
  withoutIdentities,
  withQuantisers,
  withPlainPools,
  withSplits,
  withImages,
  withPlainBiases,
  withPlainReshapes,
  withoutIdleClips,
];
