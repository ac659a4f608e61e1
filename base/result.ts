import type { Diagnostic } from './diagnostic.ts';

/** The one way to return an expected failure: a value, or at least one diagnostic. */
export type Result<T> = Success<T> | Failure;

export interface Success<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Failure {
  readonly ok: false;
  readonly diagnostics: readonly Diagnostic[];
}

export function success<T>(value: T): Success<T> {
  return { ok: true, value };
}

export function failure(...diagnostics: readonly Diagnostic[]): Failure {
  return { ok: false, diagnostics };
}
