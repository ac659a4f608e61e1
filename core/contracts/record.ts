import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Digest } from '../../base/digest.ts';
import { isJsonObject } from '../../base/json.ts';
import { artifactOf } from './artifact.ts';
import type { ActionRecord, Artifact, Cost, FileEntry, Item, WorkReport } from './types.ts';

/** Raised when the form of ActionRecord changes: records of older programs are then no longer read. */
export const recordFormat = 1;

/**
 * Whether a parsed value is a record that can be acted on: every field has its type, every digest is one, no path leads out of
 * its artifact, and every artifact has the digest of its files.
 */
export function isRecord(value: unknown): value is ActionRecord {
  if (!isObject(value)) return false;
  const { format, fingerprint, outputs, items, log, summary, detail, emulated, warnings, cost } = value;
  return (
    format === recordFormat &&
    isDigest(fingerprint) &&
    isObject(outputs) &&
    Object.values(outputs).every(isArtifact) &&
    isObject(items) &&
    Object.values(items).every((rows) => isListOf(rows, isItem)) &&
    (log === null || isFileEntry(log)) &&
    (summary === null || isText(summary)) &&
    isListOf(detail, isText) &&
    typeof emulated === 'boolean' &&
    isListOf(warnings, isDiagnostic) &&
    (cost === undefined || isCost(cost))
  );
}

/** Whether a parsed value is the report of a work. */
export function isReport(value: unknown): value is WorkReport {
  if (!isObject(value)) return false;
  const { summary, detail, emulated, warnings } = value;
  return (
    (summary === undefined || isText(summary)) &&
    (detail === undefined || isListOf(detail, isText)) &&
    (emulated === undefined || typeof emulated === 'boolean') &&
    (warnings === undefined || isListOf(warnings, isDiagnostic))
  );
}

/** Whether a value is a sha256 in lower-case hex. */
export function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** Whether a parsed value is a diagnostic, which a view can show. */
export function isDiagnostic(value: unknown): value is Diagnostic {
  if (!isObject(value)) return false;
  const { code, message, severity, hint, detail, place } = value;
  return (
    [code, message].every(isText) &&
    (severity === 'error' || severity === 'warning') &&
    [hint, detail].every((text) => text === undefined || isText(text)) &&
    (place === undefined || isPlace(place))
  );
}

/** Whether every element of a parsed list has a type. */
export function isListOf<T>(
  value: unknown,
  isOne: (element: unknown) => element is T,
): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne);
}

/** A row of a collection. Its id is a folder of the collection. */
export function isItem(value: unknown): value is Item {
  if (!isObject(value)) return false;
  const { id, position, board } = value;
  return (
    isText(id) &&
    isInside(id) &&
    !id.includes('/') &&
    isCount(position) &&
    (board === undefined || isText(board))
  );
}

function isArtifact(value: unknown): value is Artifact {
  if (!isObject(value)) return false;
  const { digest, files } = value;
  return isListOf(files, isFileEntry) && artifactOf(files).digest === digest;
}

/** Whether a parsed value is what an action took. */
export function isCost(value: unknown): value is Cost {
  if (!isObject(value)) return false;
  const { milliseconds, cpuMilliseconds, peakBytes } = value;
  return isCount(milliseconds) && [cpuMilliseconds, peakBytes].every((one) => one === null || isCount(one));
}

/** Whether a parsed value is a file of an artifact, with a path that stays in it. */
export function isFileEntry(value: unknown): value is FileEntry {
  if (!isObject(value)) return false;
  const { path, digest, size, executable } = value;
  return (
    isText(path) &&
    isInside(path) &&
    isDigest(digest) &&
    isCount(size) &&
    (executable === undefined || executable === true)
  );
}

/** Whether a relative path stays below the folder that it is taken from. */
function isInside(path: string): boolean {
  return (
    !path.includes('\0') && path.split('/').every((name) => name !== '' && name !== '.' && name !== '..')
  );
}

function isPlace(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { file, line, column, length } = value;
  return isText(file) && [line, column, length].every((number) => number === undefined || isCount(number));
}

const isObject: (value: unknown) => value is Readonly<Record<string, unknown>> = isJsonObject;
const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
