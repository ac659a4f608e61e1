import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldsOf } from '../boards/fields.ts';
import type { Builtin, Diagnostic } from '../core/types.ts';
import { readHardwareGraph } from '../finn/dialect/read.ts';
import { writeHardwareGraph } from '../finn/dialect/write.ts';
import { annotateEstimates } from '../finn/estimate/annotate.ts';
import { estimate as estimateGraph } from '../finn/estimate/reports.ts';
import { applyFolding, passedOver } from '../finn/fold/apply.ts';
import { minimiseBitWidths } from '../finn/minimise.ts';
import { summariseEstimate } from './estimate-summary.ts';
import { Refusal } from '../onnx/refusal.ts';
import { refusing } from './outcome.ts';
import { windowWarnings } from './window-warnings.ts';

/**
 * Folds `in/model/dataflow.onnx` by the parsed folding JSON in params.folding (null: as it is), minimises bit widths and
 * writes `out/model/dataflow.onnx` and FINN's five estimate reports for params.target to `out/report/`.
 */
export const estimate: Builtin = (job) =>
  refusing(async () => {
    const target = fieldsOf(job.params, 'the parameters of estimate', 'builtin/bad-job').object('target');
    const clockMHz = target.amount('clockMHz');
    const given = readHardwareGraph(await readFile(join(job.inDir, 'model', 'dataflow.onnx')));
    const { folding = null, target_fps } = job.params;
    if (target_fps !== undefined)
      throw new Refusal(
        'estimate/no-auto-folding',
        'the embedded front end cannot fold for a target rate',
        'use toolchain: {frontend: finn}, or give a folding file',
        ['target_fps'],
      );
    const folded = minimiseBitWidths(folding === null ? given : applyFolding(given, folding));
    const reports = estimateGraph(folded, target.text('part'), clockMHz);

    const [model, report] = [join(job.outDir, 'model'), join(job.outDir, 'report')];
    await Promise.all([mkdir(model, { recursive: true }), mkdir(report, { recursive: true })]);
    await writeFile(join(model, 'dataflow.onnx'), writeHardwareGraph(annotateEstimates(folded)));
    for (const [name, figures] of Object.entries(reports)) {
      await writeFile(join(report, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
    }
    const unused = folding === null ? [] : passedOver(given, folding);
    return {
      ok: true,
      summary: summariseEstimate(reports, clockMHz),
      warnings: [
        ...unused.map((name): Diagnostic => ({
          code: 'fold/unused',
          severity: 'warning',
          message: `the folding names ${name}, but the network has no layer of that kind`,
        })),
        ...windowWarnings(folded),
      ],
    };
  });
