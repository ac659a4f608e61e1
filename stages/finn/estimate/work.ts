import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { success } from '../../../base/result.ts';
import type { Work } from '../../../core/contracts/types.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { hardwareGraphPieces } from '../../../finn/dialect/write.ts';
import { estimate as estimateGraph } from '../../../finn/estimate/reports.ts';
import { summariseEstimate } from './summary.ts';
import { writeInto, writeJson } from '../../shared/files.ts';
import type { FoldingChoice } from './fold-graph.ts';
import { foldGraph } from './fold-graph.ts';
import { phantomWarnings } from './phantom-warnings.ts';
import { queueWarnings } from './queue-warnings.ts';
import { refusing } from '../../shared/refusing.ts';
import type { EstimateJob } from './params.ts';

/**
 * Folds `in/model/dataflow.onnx` by params.folding, a parsed folding file, or for params.target_fps images per second (as it
 * is by default), minimises bit widths and writes `out/model/dataflow.onnx` and FINN's five estimate reports for
 * params.target to `out/report/`, with `auto_folding_config.json` if the folding was chosen for a rate.
 */
export const estimate: Work<EstimateJob> = ({ params, inDir, outDir }) =>
  refusing(async () => {
    const { part, clockMHz } = params.target;
    const given = readHardwareGraph(await readFile(join(inDir, 'model', 'dataflow.onnx')));
    const { graph, chosen, warnings } = foldGraph(given, foldingChoice(params), clockMHz);
    const reports = estimateGraph(graph, part, clockMHz);

    const report = join(outDir, 'report');
    await writeInto(join(outDir, 'model'), 'dataflow.onnx', hardwareGraphPieces(graph));
    for (const [name, figures] of Object.entries(reports)) await writeJson(report, `${name}.json`, figures);
    if (chosen !== null) await writeJson(report, 'auto_folding_config.json', chosen);
    const queues = params.short_queues === undefined ? [] : queueWarnings(graph);
    return success({
      summary: summariseEstimate(reports, clockMHz),
      warnings: [...warnings, ...phantomWarnings(graph, part), ...queues],
    });
  });

function foldingChoice({
  folding,
  target_fps: rate = null,
  short_queues: queues,
}: EstimateJob): FoldingChoice {
  if (rate !== null) return { type: 'rate', rate, avoidsShortQueues: queues === 'avoid' };
  return folding === null ? { type: 'none' } : { type: 'file', folding };
}
