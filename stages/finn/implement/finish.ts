import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldsOf, parseFields } from '../../../base/fields.ts';
import { parseBoundary, parseCycles } from '../../../boards/package/format.ts';
import type { Builtin, BuiltinResult } from '../../../core/contracts/types.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { Refusal } from '../../../base/refusal.ts';
import { checkPart, readBitfile, withoutDate } from '../../../vivado/bitfile.ts';
import { errorLines, lastLines, licenceLine, missingMemories } from '../../../vivado/log.ts';
import { readTiming } from '../../../vivado/timing.ts';
import { undatedHandoff, undatedReport } from '../../../vivado/undated.ts';
import { readUtilization } from '../../../vivado/utilization.ts';
import { writeInto, writeJson } from '../../shared/files.ts';
import { finishing } from '../outcome.ts';

/**
 * Judges what Vivado left in `out/raw/`, since its exit code says little: a bitstream for the right part, its hardware
 * handoff, reports, and no missed timing. Writes `out/bitstreams/` (bitstream.json, finn-accel.bit, finn-accel.hwh, without
 * dates) and `out/report/`. What a stand-in for Vivado made is marked as emulated, so that no real board ever gets it.
 */
export const finishImplement: Builtin = (job) => {
  const raw = join(job.outDir, 'raw');
  const judge = async (): Promise<BuiltinResult> => {
    const errors = existsSync(join(raw, 'top_wrapper.bit')) ? [] : errorLines(await logIn(raw));
    const failure = errors.length === 0 ? null : await failureIn(raw);
    if (failure !== null) return { ok: false, diagnostics: [failure] };
    const target = fieldsOf(job.params, 'the parameters of implement', 'builtin/bad-job').object('target');
    const clockMHz = target.amount('clockMHz');
    const missing = missingMemories(String(await readLeft(raw, 'vivado.log', 'implement/no-report')));
    if (missing.length > 0) return { ok: false, diagnostics: [emptyMemories(missing)] };
    const bit = await readLeft(raw, 'top_wrapper.bit', 'implement/no-bitstream');
    const hwh = await readLeft(raw, 'top.hwh', 'implement/no-handoff');
    const timingReport = String(await readLeft(raw, 'timing.rpt', 'implement/no-report'));
    const utilization = readUtilization(
      String(await readLeft(raw, 'synth_report.xml', 'implement/no-report')),
    );
    const timing = readTiming(timingReport);
    const part = target.text('part');
    checkPart(readBitfile(bit), part);
    const worst = Math.min(timing.setup, timing.hold, timing.pulseWidth);
    if (worst < 0)
      throw new Refusal(
        'implement/timing-missed',
        `the design misses its clock of ${clockMHz} MHz by ${Math.abs(worst).toFixed(3)} ns`,
        'lower target.clock, try another implementation strategy, or fold less',
      );

    const submodel = parseFields(
      await readFile(join(job.inDir, 'hardware', 'submodel.json'), 'utf8'),
      'submodel.json',
      'build/bad-submodel',
    );
    const versions = parseFields(
      await readFile(join(job.inDir, 'hardware', 'versions.json'), 'utf8'),
      'versions.json',
      'build/bad-submodel',
    );
    const vivado = String(await readLeft(raw, 'versions.txt', 'implement/no-report')).trim();
    const isStandIn = vivado.includes('STAND-IN');
    const directory = join(job.outDir, 'bitstreams');
    await writeJson(directory, 'bitstream.json', {
      format: 1,
      emulated: isStandIn,
      submodel: submodel.text('id'),
      board: target.text('board'),
      part,
      clockMHz,
      input: parseBoundary(submodel.object('input')),
      output: parseBoundary(submodel.object('output')),
      cycles: parseCycles(submodel.object('cycles')),
      resources: utilization,
      versions: { finn: versions.textOrNull('finn'), vivado },
    });
    await writeInto(directory, 'finn-accel.bit', [withoutDate(bit)]);
    await writeInto(directory, 'finn-accel.hwh', undatedHandoff(String(hwh)));
    const report = join(job.outDir, 'report');
    await writeJson(report, 'implementation.json', { format: 1, vivado, utilization, timing });
    await writeInto(report, 'timing.rpt', undatedReport(timingReport));
    const note = isStandIn ? 'STAND-IN: ' : '';
    const { LUT, BRAM_18K, DSP } = utilization;
    return {
      ok: true,
      emulated: isStandIn,
      summary: `${note}${LUT} LUT, ${BRAM_18K} BRAM18, ${DSP} DSP; slack ${worst.toFixed(3)} ns at ${clockMHz} MHz`,
    };
  };
  return finishing(job, judge, () => failureIn(raw));
};

/** What Vivado's log says of its failure; null where there is no log. */
async function failureIn(raw: string): Promise<Diagnostic | null> {
  const log = await logIn(raw);
  if (log === '') return null;
  const licence = licenceLine(log);
  if (licence !== null)
    return {
      code: 'vivado/no-licence',
      severity: 'error',
      message: 'Vivado found no licence',
      hint: 'set XILINXD_LICENSE_FILE to your licence server or file; all that was made before is kept',
      detail: licence,
    };
  const signal = await signalIn(raw);
  if (signal !== null)
    return {
      code: 'implement/crashed',
      severity: 'error',
      message: `Vivado was ended by signal ${signal}`,
      hint: 'signal 9 often means that memory ran out; the IP of the layers is kept',
      detail: lastLines(log).join('\n'),
    };
  const errors = errorLines(log);
  return {
    code: 'implement/failed',
    severity: 'error',
    message: 'synthesis, place or route failed',
    hint: 'the IP of the layers is kept; another strategy or clock repeats this step only',
    detail: (errors.length === 0 ? lastLines(log) : errors).join('\n'),
  };
}

function emptyMemories(lines: readonly string[]): Diagnostic {
  return {
    code: 'implement/empty-memories',
    severity: 'error',
    message: `synthesis found ${lines.length} files of memory contents missing; the bitstream would compute something else`,
    hint: 'please report this with the kept work directory',
    detail: lines.slice(0, 5).join('\n'),
  };
}

/** The signal by which Vivado ended, from the exit code that the shell makes of it; null where it ended by itself. */
async function signalIn(raw: string): Promise<number | null> {
  const path = join(raw, 'exit-code.txt');
  const code = existsSync(path) ? Number(await readFile(path, 'utf8')) : 0;
  return code > 128 ? code - 128 : null;
}

async function logIn(raw: string): Promise<string> {
  const path = join(raw, 'vivado.log');
  return existsSync(path) ? readFile(path, 'utf8') : '';
}

async function readLeft(raw: string, name: string, code: string): Promise<Buffer> {
  const path = join(raw, name);
  if (existsSync(path)) return readFile(path);
  throw new Refusal(
    code,
    `Vivado ended well, but left no ${name}`,
    'see the log; the work directory of the failed action is kept',
  );
}
