import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../../base/refusal.ts';
import { failure, success } from '../../../base/result.ts';
import type { Target, Work, WorkJob, WorkResult } from '../../../core/contracts/types.ts';
import { checkPart, readBitfile } from '../../../vivado/bitfile.ts';
import { errorLines, missingMemories } from '../../../vivado/log.ts';
import { readTiming } from '../../../vivado/timing.ts';
import { readUtilization } from '../../../vivado/utilization.ts';
import { finishing } from '../outcome.ts';
import { emptyMemories, failureIn } from './failures.ts';
import type { ImplementJob } from './params.ts';
import { logIn, readLeft } from './raw.ts';
import type { Implemented } from './write.ts';
import { worstSlack, writeImplemented } from './write.ts';

/**
 * Judges Vivado's output in `out/raw/`, since its exit code says little: a bitstream for the right part, its hardware
 * handoff, reports, and no missed timing. Writes `out/bitstreams/` (bitstream.json, finn-accel.bit, finn-accel.hwh, without
 * dates) and `out/report/`. Output of a stand-in for Vivado is marked as emulated, so that no real board ever gets it.
 */
export const finishImplement: Work<ImplementJob> = (job) => {
  const raw = join(job.outDir, 'raw');
  return finishing(
    job,
    () => judge(job, raw),
    () => failureIn(raw),
  );
};

async function judge(
  { params: { target }, inDir, outDir }: WorkJob<ImplementJob>,
  raw: string,
): Promise<WorkResult> {
  const errors = existsSync(join(raw, 'top_wrapper.bit')) ? [] : errorLines(await logIn(raw));
  const failed = errors.length === 0 ? null : await failureIn(raw);
  if (failed !== null) return failure(failed);
  const missing = missingMemories(String(await readLeft(raw, 'vivado.log', 'implement/no-report')));
  if (missing.length > 0) return failure(emptyMemories(missing));
  const implemented = await readImplemented(raw, target);
  await writeImplemented(implemented, target, inDir, outDir);
  const { isStandIn, utilization } = implemented;
  const { LUT, BRAM_18K, DSP } = utilization;
  const slack = worstSlack(implemented).toFixed(3);
  return success({
    emulated: isStandIn,
    summary: `${isStandIn ? 'STAND-IN: ' : ''}${LUT} LUT, ${BRAM_18K} BRAM18, ${DSP} DSP; slack ${slack} ns at ${target.clockMHz} MHz`,
  });
}

/** Vivado's output; refuses a missing file, a bitstream for another part, and missed timing. */
async function readImplemented(raw: string, { part, clockMHz }: Target): Promise<Implemented> {
  const bit = await readLeft(raw, 'top_wrapper.bit', 'implement/no-bitstream');
  const handoff = String(await readLeft(raw, 'top.hwh', 'implement/no-handoff'));
  const timingReport = String(await readLeft(raw, 'timing.rpt', 'implement/no-report'));
  const utilization = readUtilization(String(await readLeft(raw, 'synth_report.xml', 'implement/no-report')));
  const timing = readTiming(timingReport);
  checkPart(readBitfile(bit), part);
  const vivado = String(await readLeft(raw, 'versions.txt', 'implement/no-report')).trim();
  const implemented = {
    bit,
    handoff,
    timingReport,
    timing,
    utilization,
    vivado,
    isStandIn: vivado.includes('STAND-IN'),
  };
  const worst = worstSlack(implemented);
  if (worst >= 0) return implemented;
  throw new Refusal(
    'implement/timing-missed',
    `the design misses its clock of ${clockMHz} MHz by ${Math.abs(worst).toFixed(3)} ns`,
    'lower target.clock, try another implementation strategy, or fold less',
  );
}
