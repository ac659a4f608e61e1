import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import type { NarrowAccumulator } from '../../../finn/minimise/binary-accumulator.ts';
import { narrowAccumulators } from '../../../finn/minimise/binary-accumulator.ts';
import type { Lowered } from '../../../finn/lower/lower.ts';
import { lower } from '../../../finn/lower/lower.ts';
import type { Route } from '../../../finn/lower/route.ts';
import type { OnnxModel } from '../../../onnx/model.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import { unusedLayer } from '../unused-layer.ts';
import type { PreprocessJob } from './params.ts';

/** A lowered network, and what its user should know about it. */
export interface LoweredNetwork {
  readonly lowered: Lowered;
  readonly warnings: readonly Diagnostic[];
}

/** Tidies and lowers a network as its user wrote it; refuses what cannot be lowered. */
export function lowerNetwork(original: OnnxModel, job: PreprocessJob): LoweredNetwork {
  const { model, dropped } = tidy(original);
  const { part, specialize } = job;
  const lowered = lower(model, part, specialize, routeOf(job));
  const { graph, fallbacks, unusedPreferences } = lowered;
  return {
    lowered,
    warnings: [
      ...dropped.map(unusedLayer),
      ...fallbacks.map(({ name, asked, given }) =>
        warning(
          'specialize/fallback',
          `${name} cannot be built as ${asked} for ${part} and is built as ${given}`,
          { hint: `set its preferred_impl_style to "${given}"` },
        ),
      ),
      ...unusedPreferences.map((name) =>
        warning(
          'specialize/unused',
          `the specialize file names ${name}, but the network has no layer of that kind`,
        ),
      ),
      ...narrowAccumulators(graph).map(narrowAccumulator),
    ],
  };
}

function routeOf({ preset, standalone_thresholds = false }: PreprocessJob): Partial<Route> {
  return { ...(preset === undefined ? {} : { preset }), standaloneThresholds: standalone_thresholds };
}

function narrowAccumulator({ name, count, datatype }: NarrowAccumulator): Diagnostic {
  return warning(
    'finn/binary-accumulator',
    `FINN gives ${name} an accumulator of ${datatype.name}, but it counts up to ${count}: results above ${datatype.maximum} come out wrong`,
    {
      hint: 'use 2-bit quantisers in front of it, or compare the classes with those of the original network',
    },
  );
}
