import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { firstOf } from '../../base/text.ts';
import { duration, roughTime } from '../../base/units.ts';
import type { PlanLine } from '../planning.ts';
import { harmlessLine } from '../../reporters/style.ts';

/** `12:31:05`, in local time. */
export function timeOfDay(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

/** `folding.json and model.onnx changed`; paths are real and absolute. */
export function changeText(paths: readonly string[], project: string): string {
  const shown = paths.map((path) => {
    const within = relative(project, path);
    return harmlessLine(within === '' || within.startsWith('..') ? path : within);
  });
  const isGone = paths.every((path) => !existsSync(path));
  return `${firstOf(shown, 3)} ${isGone ? 'deleted' : 'changed'}`;
}

type WouldRun = Extract<PlanLine, { readonly type: 'would-run' }>;

/** `estimate runs (folding MVAU_hls_0.PE 16 → 8), 7 may follow; build/0 would run ≈ 55 min; 2 up to date`. */
export function planText(lines: readonly PlanLine[], runs: (line: WouldRun) => boolean): string {
  const outdated = lines.filter((line) => line.type === 'would-run');
  const now = outdated.filter(runs);
  const later = outdated.filter((line) => !runs(line));
  const count = (type: PlanLine['type']): number => lines.filter((line) => line.type === type).length;
  const [mayRun, failing, stay] = [count('may-run'), count('would-fail'), count('up-to-date')];
  if (outdated.length + mayRun + failing === 0) return `nothing to run, ${stay} up to date`;
  return [
    ...(now.length > 0
      ? [`${firstOf(now.map(nameOf), 5)} ${now.length === 1 ? 'runs' : 'run'}${reasonOf(now)}`]
      : []),
    ...(later.length > 0 ? [laterText(later)] : []),
    ...(mayRun > 0 ? [`${mayRun} may follow`] : []),
    ...(failing > 0 ? [`${failing} would fail`] : []),
    ...(stay > 0 ? [`${stay} up to date`] : []),
  ].join('; ');
}

/** `build/0, build/1 would run ≈ 55 min (submodel changed)`. */
function laterText(later: readonly WouldRun[]): string {
  const times = later.map(({ expectedMilliseconds }) => expectedMilliseconds);
  const known = times.filter((time) => time !== null);
  // One after the other: how many run at the same time depends on more than is known here.
  const total = known.reduce((sum, time) => sum + time, 0);
  const time = known.length < times.length ? '' : ` ≈ ${roughTime(total)}`;
  return `${firstOf(later.map(nameOf), 3)} would run${time}${reasonOf(later)}`;
}

/** The result of an action beside what it was before; `how` says how long it took, or that it did not have to run. */
export function resultLines(
  action: string,
  how: string,
  before: string | null,
  after: string | null,
): readonly string[] {
  const name = harmlessLine(action);
  if (before === null || before === after) return [`${name}  ${how}  ${harmlessLine(after ?? '')}`.trimEnd()];
  return [`${name}  ${how}`, `  - ${harmlessLine(before)}`, `  + ${harmlessLine(after ?? '(no result)')}`];
}

export function tookText(milliseconds: number, isUnchanged: boolean): string {
  return `${duration(milliseconds)}${isUnchanged ? ' (same result)' : ''}`;
}

function nameOf({ action }: PlanLine): string {
  return harmlessLine(action);
}

/** That of all of them, or of the first. */
function reasonOf([first, ...others]: readonly WouldRun[]): string {
  if (first === undefined) return '';
  const isOfAll = others.every(({ reason }) => reason === first.reason);
  return ` (${isOfAll ? '' : `${nameOf(first)}: `}${harmlessLine(first.reason)})`;
}
