import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldsOf } from '../boards/fields.ts';
import type { Builtin } from '../core/types.ts';
import { readHardwareGraph } from '../finn/dialect/read.ts';
import { writeHardwareGraph } from '../finn/dialect/write.ts';
import { annotateEstimates } from '../finn/estimate/annotate.ts';
import { estimate as estimateGraph, type Reports } from '../finn/estimate/reports.ts';
import { applyFolding } from '../finn/fold/apply.ts';
import { minimiseBitWidths } from '../finn/minimise.ts';
import { refusing } from './outcome.ts';

/**
 * Folds `in/model/dataflow.onnx` by the parsed folding JSON in params.folding (null: as it is), minimises bit widths and
 * writes `out/model/dataflow.onnx` and FINN's five estimate reports for params.target to `out/report/`.
 */
export const estimate: Builtin = (job) =>
  refusing(async () => {
    const target = fieldsOf(job.params, 'the parameters of estimate', 'builtin/bad-job').object('target');
    const clockMHz = target.amount('clockMHz');
    const given = readHardwareGraph(await readFile(join(job.inDir, 'model', 'dataflow.onnx')));
    const { folding = null } = job.params;
    const folded = minimiseBitWidths(folding === null ? given : applyFolding(given, folding));
    const reports = estimateGraph(folded, target.text('part'), clockMHz);

    const [model, report] = [join(job.outDir, 'model'), join(job.outDir, 'report')];
    await Promise.all([mkdir(model, { recursive: true }), mkdir(report, { recursive: true })]);
    await writeFile(join(model, 'dataflow.onnx'), writeHardwareGraph(annotateEstimates(folded)));
    for (const [name, figures] of Object.entries(reports)) {
      await writeFile(join(report, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
    }
    return { ok: true, summary: summarise(reports, clockMHz) };
  });

function summarise(
  { estimate_layer_resources, estimate_network_performance }: Reports,
  clockMHz: number,
): string {
  const { BRAM_18K = 0, LUT = 0, DSP = 0, URAM = 0 } = estimate_layer_resources.total ?? {};
  const urams = URAM === 0 ? '' : `, ${String(URAM)} URAM`;
  const { estimated_throughput_fps: rate, max_cycles_node_name: slowest } = estimate_network_performance;
  return `${String(BRAM_18K)} BRAM18, ${String(LUT)} LUT, ${String(DSP)} DSP${urams}; ${String(Math.round(rate))} img/s at ${String(clockMHz)} MHz (${slowest})`;
}
