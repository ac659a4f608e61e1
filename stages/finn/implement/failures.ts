import type { Diagnostic } from '../../../base/diagnostic.ts';
import { problem } from '../../../base/diagnostic.ts';
import { megahertz } from '../../../base/units.ts';
import { overuse, unpacked } from '../../../vivado/fit.ts';
import type { Log } from '../../../vivado/log.ts';
import { lastLines } from '../../../vivado/log.ts';
import type { TimingPath } from '../../../vivado/worst-path.ts';
import { diskFull, namedFailure, outOfMemory, tellingLines } from '../failure-in.ts';
import { freeSpaceIn, logsIn, signalIn } from '../raw.ts';

/** Why synthesis, place or route failed, according to what Vivado left; null if there is no log. */
export async function failureIn(raw: string): Promise<Diagnostic | null> {
  const logs = await logsIn(raw);
  if (logs.length === 0) return null;
  return (
    fullDisk(await freeSpaceIn(raw)) ??
    killed(await signalIn(raw), logs) ??
    namedFailure(logs) ??
    tooLarge(logs) ??
    problem('implement/failed', 'synthesis, place or route failed', {
      hint: 'the IP of the layers is kept; another strategy or clock repeats this step only',
      detail: tellingLines(logs),
    })
  );
}

/** Memories that synthesis left empty, according to its log. */
export function emptyMemories(lines: readonly string[]): Diagnostic {
  return problem(
    'implement/empty-memories',
    `synthesis found ${lines.length} files of memory contents missing; the bitstream would compute wrong results`,
    { hint: 'please report this with the kept work directory', detail: lines.slice(0, 5).join('\n') },
  );
}

/** A design that misses its clock by `nanoseconds`, with its worst path if the report has it. */
export function missedTiming(nanoseconds: number, clockMHz: number, path: TimingPath | null): Diagnostic {
  return problem(
    'implement/timing-missed',
    `the design misses its clock of ${megahertz(clockMHz)} by ${nanoseconds.toFixed(3)} ns`,
    {
      hint: 'lower target.clock, try another implementation strategy (implementation: Performance_ExplorePostRoutePhysOpt), or lower the limits of the split, so that there is more room to route',
      detail:
        path === null
          ? undefined
          : [
              `worst path: slack ${path.slack.toFixed(3)} ns, ${path.type.toLowerCase()}, ${path.levels} logic levels`,
              `from  ${path.from}`,
              `to    ${path.to}`,
              `delay ${path.delay}`,
            ].join('\n'),
    },
  );
}

/** Below this, programs have failed to write. */
const leastFreeBytes = 16 * 1024 * 1024;

function fullDisk(freeBytes: number | null): Diagnostic | null {
  if (freeBytes === null || freeBytes >= leastFreeBytes) return null;
  return problem(diskFull.code, diskFull.message, {
    hint: diskFull.hint,
    detail: `${freeBytes} bytes were free when Vivado had ended`,
  });
}

function killed(signal: number | null, logs: readonly Log[]): Diagnostic | null {
  if (signal === null) return null;
  const detail = lastLines(logs.at(-1)?.text ?? '').join('\n');
  if (signal === 9) return problem(outOfMemory.code, outOfMemory.message, { hint: outOfMemory.hint, detail });
  return problem('implement/crashed', `Vivado was ended by signal ${signal}`, {
    hint: 'run again; the IP of the layers is kept',
    detail,
  });
}

function tooLarge(logs: readonly Log[]): Diagnostic | null {
  const over = overuse(logs);
  const hint =
    'lower the limits of the split (with: {limits: {LUT: …, BRAM_18K: …}}) and run with --recut, or fold less parallel (pipeline fold); submodels that stay the same are not built again';
  if (over.length > 0) {
    const amounts = over.map(({ what, needed, available }) => `${needed} of ${available} ${what}`);
    const message = `the design does not fit the part: it needs ${amounts.join(', ')}`;
    return problem('implement/over-utilised', message, { hint, detail: tellingLines(logs) });
  }
  const slices = unpacked(logs);
  if (slices === null) return null;
  const message = `the design cannot be packed: it needs ${slices.needed} more slices, and ${slices.available} are left`;
  return problem('implement/not-packed', message, { hint, detail: tellingLines(logs) });
}
