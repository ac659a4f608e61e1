/** The place in a file that a diagnostic points to; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Width of the marker in characters. */
  readonly length?: number;
}

/** An expected problem, as a value. `code` is stable and listed in docs/errors.md. */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  readonly place?: Place;
  /** Path into the stage's parameters, which the engine turns into a place: `['folding', 'MVAU_hls_0', 'PE']`. */
  readonly at?: readonly (string | number)[];
  readonly hint?: string;
  /** Several lines, such as the end of a log. */
  readonly detail?: string;
}

/** The optional parts of a diagnostic in addition to its code and message; an undefined member is left out. */
export interface DiagnosticDetails {
  readonly hint?: string | undefined;
  readonly place?: Place | undefined;
  readonly at?: Diagnostic['at'] | undefined;
  readonly detail?: string | undefined;
}

/** The one way to make an error. */
export function problem(code: string, message: string, details: DiagnosticDetails = {}): Diagnostic {
  return { code, severity: 'error', message, ...given(details) };
}

/** The one way to make a warning: the work continues. */
export function warning(code: string, message: string, details: DiagnosticDetails = {}): Diagnostic {
  return { code, severity: 'warning', message, ...given(details) };
}

/** Each cause once: the first error of those with the same code and message, or the first warning. */
export function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const kept = new Map<string, Diagnostic>();
  for (const each of diagnostics) {
    const cause = `${each.code} ${each.message}`;
    if (kept.get(cause)?.severity !== 'error' && (!kept.has(cause) || each.severity === 'error'))
      kept.set(cause, each);
  }
  return [...kept.values()];
}

function given({
  hint,
  place,
  at,
  detail,
}: DiagnosticDetails): Omit<Diagnostic, 'code' | 'severity' | 'message'> {
  return {
    ...(hint === undefined ? {} : { hint }),
    ...(place === undefined ? {} : { place }),
    ...(at === undefined ? {} : { at }),
    ...(detail === undefined ? {} : { detail }),
  };
}
