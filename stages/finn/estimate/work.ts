import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldsOf } from '../../../base/fields.ts';
import type { Builtin } from '../../../core/contracts/types.ts';
import type { JsonObject } from '../../../base/json.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { hardwareGraphPieces } from '../../../finn/dialect/write.ts';
import { annotateEstimates } from '../../../finn/estimate/annotate.ts';
import { estimate as estimateGraph } from '../../../finn/estimate/reports.ts';
import { summariseEstimate } from './summary.ts';
import { writeInto, writeJson } from '../../shared/files.ts';
import type { FoldingChoice } from './fold-graph.ts';
import { foldGraph } from './fold-graph.ts';
import { refusing } from '../../shared/refusing.ts';

/**
 * Folds `in/model/dataflow.onnx` by params.folding, a parsed folding file, or for params.target_fps images per second (as
 * it is where neither is given), minimises bit widths and writes `out/model/dataflow.onnx` and FINN's five estimate reports
 * for params.target to `out/report/`, beside them `auto_folding_config.json` where the folding was chosen for a rate.
 */
export const estimate: Builtin = (job) =>
  refusing(async () => {
    const target = fieldsOf(job.params, 'the parameters of estimate', 'builtin/bad-job').object('target');
    const clockMHz = target.amount('clockMHz');
    const given = readHardwareGraph(await readFile(join(job.inDir, 'model', 'dataflow.onnx')));
    const { graph, chosen, warnings } = foldGraph(given, foldingChoice(job.params), clockMHz);
    const reports = estimateGraph(graph, target.text('part'), clockMHz);

    const report = join(job.outDir, 'report');
    await writeInto(
      join(job.outDir, 'model'),
      'dataflow.onnx',
      hardwareGraphPieces(annotateEstimates(graph)),
    );
    for (const [name, figures] of Object.entries(reports)) await writeJson(report, `${name}.json`, figures);
    if (chosen !== null) await writeJson(report, 'auto_folding_config.json', chosen);
    return { ok: true, summary: summariseEstimate(reports, clockMHz), warnings };
  });

function foldingChoice(params: JsonObject): FoldingChoice {
  const { folding = null, target_fps: rate } = params;
  if (typeof rate === 'number') return { type: 'rate', rate };
  return folding === null ? { type: 'none' } : { type: 'file', folding };
}
