import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { attempt } from '../../../base/refusal.ts';
import type { WorkJob } from '../../../core/contracts/types.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import type { EstimateJob } from './params.ts';

/**
 * What the embedded front end finds wrong with the folding that FINN failed on, which is all at once and in the words of today;
 * the diagnostics given if that is nothing, or if they are about something else.
 */
export async function explainFolding(
  { params: { folding }, inDir }: WorkJob<EstimateJob>,
  given: readonly Diagnostic[],
): Promise<readonly Diagnostic[]> {
  if (folding === null || !given.some(({ code }) => mayBeFolding(code))) return given;
  const network = await readFile(join(inDir, 'model', 'dataflow.onnx'));
  const applied = attempt(() => applyFolding(readHardwareGraph(network), folding));
  return applied.ok ? given : applied.diagnostics;
}

/** FINN fails on a folding with all kinds of exceptions. */
function mayBeFolding(code: string): boolean {
  return code.startsWith('fold/') || code === 'finn/step-failed' || code === 'finn/job-failed';
}
