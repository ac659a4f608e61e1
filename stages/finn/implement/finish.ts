import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failure, success } from '../../../base/result.ts';
import type { Target, Work, WorkJob, WorkResult } from '../../../core/contracts/types.ts';
import { checkPart, readBitfile } from '../../../vivado/bitfile.ts';
import { overuse } from '../../../vivado/fit.ts';
import { errorLines } from '../../../vivado/log.ts';
import { missingMemories } from '../../../vivado/memories.ts';
import { readTiming } from '../../../vivado/timing.ts';
import { readUtilization } from '../../../vivado/utilization.ts';
import { megahertz } from '../../../base/units.ts';
import { readHandoff } from '../../../vivado/handoff.ts';
import { worstPath } from '../../../vivado/worst-path.ts';
import { finishing } from '../outcome.ts';
import { logsIn, readLeft } from '../raw.ts';
import { emptyMemories, failureIn, missedTiming } from './failures.ts';
import { memoriesIn, unreadWarnings } from './memories.ts';
import type { ImplementJob } from './params.ts';
import type { Implemented } from './write.ts';
import { worstSlack, writeFailed, writeImplemented } from './write.ts';

/**
 * Judges Vivado's output in `out/raw/`, since its exit code says little: a bitstream for the right part, its hardware
 * handoff, reports, and no missed timing. Writes `out/bitstreams/` (bitstream.json, finn-accel.bit, finn-accel.hwh, without
 * dates) and `out/report/`, whose figures a failed build leaves too, in its kept folder. Output of a stand-in for Vivado is
 * marked as emulated, so that no real board ever gets it.
 */
export const finishImplement: Work<ImplementJob> = (job) => {
  const raw = join(job.outDir, 'raw');
  return finishing(
    job,
    () => judge(job, raw),
    () => failed(job.outDir, raw),
  );
};

async function judge(
  { params: { target }, inDir, outDir }: WorkJob<ImplementJob>,
  raw: string,
): Promise<WorkResult> {
  const logs = await logsIn(raw);
  if (!existsSync(join(raw, 'top_wrapper.bit')) && errorLines(logs).length > 0) {
    const reason = await failed(outDir, raw);
    if (reason !== null) return failure(reason);
  }
  await readLeft(raw, 'vivado.log', 'implement/no-report');
  const missing = missingMemories(logs);
  if (missing.length > 0) return failure(emptyMemories(missing));
  const implemented = { ...(await readImplemented(raw, target)), logs };
  const { clock } = implemented;
  const worst = worstSlack(implemented);
  if (worst < 0) {
    await writeFailed(outDir, { ...implemented, overuse: [] });
    const path = worstPath(implemented.timingReport);
    // A missed pulse width has no path.
    return failure(missedTiming(-worst, clock.acceleratorMHz, path !== null && path.slack < 0 ? path : null));
  }
  await writeImplemented(implemented, target, inDir, outDir);
  const { isStandIn, utilization } = implemented;
  const { LUT, BRAM_18K, DSP } = utilization;
  return success({
    emulated: isStandIn,
    summary: `${isStandIn ? 'STAND-IN: ' : ''}${LUT} LUT, ${BRAM_18K} BRAM18, ${DSP} DSP; slack ${worst.toFixed(3)} ns at ${megahertz(clock.acceleratorMHz)}`,
    warnings: unreadWarnings(await memoriesIn(join(inDir, 'hardware')), logs),
  });
}

/** Why Vivado failed; leaves the figures that its logs have. */
async function failed(outDir: string, raw: string) {
  const over = overuse(await logsIn(raw));
  if (over.length > 0) await writeFailed(outDir, { utilization: null, timing: null, overuse: over });
  return failureIn(raw);
}

/** Vivado's output; refuses a missing file and a bitstream for another part. */
async function readImplemented(raw: string, { part }: Target): Promise<Omit<Implemented, 'logs'>> {
  const bit = await readLeft(raw, 'top_wrapper.bit', 'implement/no-bitstream');
  const handoff = String(await readLeft(raw, 'top.hwh', 'implement/no-handoff'));
  const timingReport = String(await readLeft(raw, 'timing.rpt', 'implement/no-report'));
  const utilization = readUtilization(String(await readLeft(raw, 'synth_report.xml', 'implement/no-report')));
  const timing = readTiming(timingReport);
  checkPart(readBitfile(bit), part);
  const vivado = String(await readLeft(raw, 'versions.txt', 'implement/no-report')).trim();
  const isStandIn = vivado.includes('STAND-IN');
  const { clock } = readHandoff(handoff, part);
  return { bit, handoff, clock, timingReport, timing, utilization, vivado, isStandIn };
}
