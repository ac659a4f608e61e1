import { join } from 'node:path';
import type { Work } from '../../../core/contracts/types.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import { success } from '../../../base/result.ts';
import type { NarrowAccumulator } from '../../../finn/minimise/binary-accumulator.ts';
import { narrowAccumulators } from '../../../finn/minimise/binary-accumulator.ts';
import { hardwareGraphPieces } from '../../../finn/dialect/write.ts';
import { lower } from '../../../finn/lower/lower.ts';
import type { Route } from '../../../finn/lower/route.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import { writeInto } from '../../shared/files.ts';
import { writeHost } from '../../shared/host.ts';
import { writeOriginal } from '../../shared/original.ts';
import { refusing } from '../../shared/refusing.ts';
import { readNetwork } from '../read-network.ts';
import { unusedLayer } from '../unused-layer.ts';
import type { PreprocessJob } from './params.ts';

/**
 * Tidies and lowers `in/model/model.onnx` (QONNX) for `params.part` to `out/model/dataflow.onnx`, with the host part in
 * `out/host/host.json`. `params.specialize` is the parsed file of implementation choices, or null; `params.preset` and
 * `params.standalone_thresholds` correspond to FINN's settings.
 */
export const preprocess: Work<PreprocessJob> = (job) =>
  refusing(async () => {
    const { params, outDir, log } = job;
    const original = await readNetwork(job);
    const { model, dropped } = tidy(original);
    const { part, specialize } = params;
    const lowered = lower(model, part, specialize, routeOf(params));
    const { graph, host, quantisers, fallbacks, unusedPreferences } = lowered;
    await writeInto(join(outDir, 'model'), 'dataflow.onnx', hardwareGraphPieces(graph));
    await writeHost(join(outDir, 'host'), host);
    await writeOriginal(join(outDir, 'original'), original, quantisers);
    for (const node of graph.nodes) log(node.name);
    return success({
      summary: `${graph.nodes.length} hardware layers`,
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
    });
  });

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
