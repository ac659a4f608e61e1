import { fstatSync, writeSync } from 'node:fs';
import type { IdleRecord } from './record.ts';
import { decisive, idleFolder, readRecord, recordFile, statesOf } from './record.ts';

/**
 * Answers a run of everything if nothing of what the last one looked at has changed; false if it has to be looked at. This is all
 * that a run with nothing to do loads.
 */
export function answerIdle(build: string): boolean {
  const args = process.argv.slice(2);
  const folder = args[0] === 'run' ? idleFolder(process.env) : null;
  if (folder === null) return false;
  try {
    const project = process.cwd();
    const record = readRecord(folder, recordFile(folder, project, args));
    if (record === null || !isFor(record, build, project, args)) return false;
    const { states } = record;
    const now = statesOf(record);
    if (now.length !== states.length || !now.every((state, at) => state === states[at])) return false;
    writeSync(1, record.answer);
    return true;
  } catch {
    // Whatever is wrong with a record, or with the output: the run itself shows it.
    return false;
  }
}

function isFor(record: IdleRecord, build: string, project: string, args: readonly string[]): boolean {
  return (
    record.build === build &&
    record.project === project &&
    JSON.stringify(record.arguments) === JSON.stringify(args) &&
    decisive.every((name) => record.variables[name] === (process.env[name] ?? null)) &&
    record.width === widthOfOutput()
  );
}

/** Columns of the terminal that reads the output; null if none does. A file or a pipe is known without loading terminals. */
export function widthOfOutput(): number | null {
  if (!fstatSync(1).isCharacterDevice()) return null;
  return process.stdout.isTTY ? process.stdout.columns : null;
}
