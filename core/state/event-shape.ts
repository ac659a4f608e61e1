import { isJsonObject } from '../../base/json.ts';
import type { ExecutionEvent } from '../contracts/events.ts';
import { isDiagnostic, isDigest, isListOf } from '../contracts/record.ts';

/** Whether a parsed line of a journal is an event that every view can show. */
export function isEvent(value: unknown): value is ExecutionEvent {
  if (!isJsonObject(value) || typeof value['type'] !== 'string' || typeof value['at'] !== 'number')
    return false;
  const shape = Object.hasOwn(shapes, value['type']) ? shapes[value['type'] as ExecutionEvent['type']] : null;
  return shape !== null && Object.entries<Check>(shape).every(([field, isRight]) => isRight(value[field]));
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isAmount: Check = (value) => typeof value === 'number' && value >= 0;
const isAmountOrNull: Check = (value) => value === null || isAmount(value);
const isFlag: Check = (value) => typeof value === 'boolean';
const isTextOrNull: Check = (value) => value === null || isText(value);
const areTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const areDiagnostics: Check = (value) => isListOf(value, isDiagnostic);
const isShared: Check = (value) =>
  isJsonObject(value) && isAmount(value['results']) && isAmount(value['bytes']);

const reported = {
  action: isText,
  fingerprint: isDigest,
  summary: isTextOrNull,
  detail: areTexts,
  emulated: isFlag,
  warnings: areDiagnostics,
};

/** By type, the fields other than `at`. */
const shapes: {
  readonly [Type in ExecutionEvent['type']]: {
    readonly [Field in Exclude<keyof Extract<ExecutionEvent, { type: Type }>, 'type' | 'at'>]: Check;
  };
} = {
  'run-started': { run: isText, targets: areTexts, profile: isTextOrNull, stages: areTexts },
  'run-waiting': { pid: isAmount, host: isText, since: isAmount, isElsewhere: isFlag },
  'run-checked': { diagnostics: areDiagnostics, isRefused: isFlag },
  'stage-expanded': { stage: isText, actions: areTexts },
  'action-cached': { ...reported, savedMilliseconds: isAmountOrNull },
  'action-started': {
    action: isText,
    fingerprint: isDigest,
    reason: isText,
    expectedMilliseconds: isAmountOrNull,
  },
  'action-submitted': {
    action: isText,
    handle: (value) => isJsonObject(value) && isText(value['runner']) && isText(value['attempt']),
    log: isText,
  },
  'action-progressed': { action: isText, step: isText },
  'action-output': { action: isText, text: isText },
  'action-succeeded': { ...reported, milliseconds: isAmount, unchanged: isFlag },
  'action-waiting': { action: isText, pid: isAmount, host: isText, since: isAmount },
  'action-postponed': { action: isText, reason: isText, milliseconds: isAmountOrNull },
  'action-failed': {
    action: isText,
    milliseconds: isAmount,
    diagnostics: areDiagnostics,
    directory: isTextOrNull,
  },
  'action-blocked': { action: isText, by: isText },
  'action-cancelled': { action: isText },
  'run-forecast': { remainingMilliseconds: isAmountOrNull },
  'run-stopping': {},
  'results-saved': { folders: areTexts, files: isAmount, removed: isAmount, diagnostics: areDiagnostics },
  'results-shared': {
    fetched: isShared,
    sent: isShared,
    unsent: isAmount,
    diagnostics: areDiagnostics,
  },
  'run-finished': {
    outcome: (value) => ['ok', 'failed', 'lost', 'interrupted'].includes(value as string),
    milliseconds: isAmount,
    counts: (value) =>
      isJsonObject(value) && ['ran', 'cached', 'failed', 'blocked'].every((name) => isAmount(value[name])),
  },
};
