import { readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failure, success } from '../../../base/result.ts';
import type { Work, WorkJob, WorkResult } from '../../../core/contracts/types.ts';
import type { Json } from '../../../base/json.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { hardwareGraphPieces } from '../../../finn/dialect/write.ts';
import type { Reports } from '../../../finn/estimate/reports.ts';
import { inNormalForm } from '../../../finn/fold/normal-form.ts';
import { differenceWarnings } from './difference-warnings.ts';
import { explainFolding } from './explain-folding.ts';
import type { EstimateJob } from './params.ts';
import { summariseEstimate } from './summary.ts';
import { writeInto, writeJson } from '../../shared/files.ts';
import { faultDiagnostics } from '../fault-diagnostics.ts';
import { finishing } from '../outcome.ts';
import { phantomWarnings } from './phantom-warnings.ts';
import { queueWarnings } from './queue-warnings.ts';
import { windowWarnings } from './window-warnings.ts';

/** Makes the artifacts of estimate from FINN's output in `out/raw/`: the folded graph in our normal form, its reports. */
export const finishEstimate: Work<EstimateJob> = async (job) => {
  const result = await artifactsOf(job);
  return result.ok ? result : failure(...(await explainFolding(job, result.diagnostics)));
};

function artifactsOf(job: WorkJob<EstimateJob>): Promise<WorkResult> {
  return finishing(job, async () => {
    const raw = join(job.outDir, 'raw');
    const unfolded = readHardwareGraph(await readFile(join(job.inDir, 'model', 'dataflow.onnx')));
    const folded = readHardwareGraph(await readFile(join(raw, 'dataflow.onnx')));
    const graph = inNormalForm(folded, unfolded);
    await writeInto(join(job.outDir, 'model'), 'dataflow.onnx', hardwareGraphPieces(graph));
    const report = join(job.outDir, 'report');
    const figures: Record<string, Json> = {};
    for (const name of (await readdir(join(raw, 'report'))).sort()) {
      const value = await readJson(join(raw, 'report', name));
      figures[name.replace(/\.json$/, '')] = value;
      await writeJson(report, name, value);
    }
    const folding = join(raw, 'folding.json');
    if (existsSync(folding)) await writeJson(report, 'auto_folding_config.json', await readJson(folding));
    const reports = figures as unknown as Reports;
    const { part, clockMHz } = job.params.target;
    return success({
      summary: `${summariseEstimate(reports, clockMHz)}, by FINN`,
      warnings: [
        ...differenceWarnings(graph, reports, part, clockMHz),
        ...phantomWarnings(graph, part),
        ...windowWarnings(graph),
        ...faultDiagnostics(graph, 'warning'),
        ...(job.params.short_queues === undefined ? [] : queueWarnings(graph)),
      ],
    });
  });
}

async function readJson(path: string): Promise<Json> {
  return JSON.parse(await readFile(path, 'utf8')) as Json;
}
