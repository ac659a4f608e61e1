import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseFields } from '../../../base/fields.ts';
import type { Target } from '../../../core/contracts/types.ts';
import { withoutDate } from '../../../vivado/bitfile.ts';
import type { readTiming } from '../../../vivado/timing.ts';
import type { Overuse } from '../../../vivado/fit.ts';
import type { Clocks } from '../../../vivado/handoff.ts';
import type { Log } from '../../../vivado/log.ts';
import { criticalWarnings } from '../../../vivado/log.ts';
import { undatedHandoff, undatedReport } from '../../../vivado/undated.ts';
import type { readUtilization } from '../../../vivado/utilization.ts';
import { describeBitstream } from '../bitstream.ts';
import { writeInto, writeJson } from '../../shared/files.ts';

/** Vivado's output for a submodel, unchanged. */
export interface Implemented {
  readonly bit: Buffer;
  readonly handoff: string;
  readonly clock: Clocks;
  readonly timingReport: string;
  readonly timing: ReturnType<typeof readTiming>;
  readonly utilization: ReturnType<typeof readUtilization>;
  /** Version and build of the tool. */
  readonly vivado: string;
  readonly isStandIn: boolean;
  readonly logs: readonly Log[];
}

/** The figures that a failed build has, to compare estimates with. */
export interface Failed {
  readonly utilization: Implemented['utilization'] | null;
  readonly timing: Implemented['timing'] | null;
  readonly overuse: readonly Overuse[];
}

/** The smallest slack of the design in ns; negative if it misses its clock. */
export function worstSlack({ timing }: Pick<Implemented, 'timing'>): number {
  return Math.min(timing.setup, timing.hold, timing.pulseWidth);
}

/** Writes bitstream, handoff and reports without dates, and the facts about them that the package needs. */
export async function writeImplemented(
  implemented: Implemented,
  target: Target,
  inDir: string,
  outDir: string,
): Promise<void> {
  const { bit, handoff, clock, timingReport, timing, utilization, vivado, isStandIn, logs } = implemented;
  const submodel = await describedIn(inDir, 'submodel.json');
  const versions = await describedIn(inDir, 'versions.json');
  const bitstreams = join(outDir, 'bitstreams');
  await writeJson(bitstreams, 'bitstream.json', {
    format: 1,
    emulated: isStandIn,
    ...describeBitstream(submodel, target),
    clock,
    resources: utilization,
    versions: { finn: versions.textOrNull('finn'), vivado },
  });
  await writeInto(bitstreams, 'finn-accel.bit', [withoutDate(bit)]);
  await writeInto(bitstreams, 'finn-accel.hwh', undatedHandoff(handoff));
  const report = join(outDir, 'report');
  const warnings = criticalWarnings(logs);
  await writeJson(report, implementation, {
    format: 1,
    vivado,
    utilization,
    timing,
    criticalWarnings: warnings,
  });
  await writeInto(report, 'timing.rpt', undatedReport(timingReport));
}

/** Writes the figures of a failed build to `out/report/`, which is kept with its folder. */
export async function writeFailed(outDir: string, { utilization, timing, overuse }: Failed): Promise<void> {
  await writeJson(join(outDir, 'report'), implementation, { format: 1, utilization, timing, overuse });
}

const implementation = 'implementation.json';

async function describedIn(inDir: string, name: string) {
  return parseFields(await readFile(join(inDir, 'hardware', name), 'utf8'), name, 'build/bad-submodel');
}
