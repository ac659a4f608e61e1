import type { Diagnostic } from './diagnostic.ts';
import { problem } from './diagnostic.ts';
import type { Result } from './result.ts';
import { failure, success } from './result.ts';

/**
 * A refused input, thrown where it is found (deep inside a graph walk) and turned into a diagnostic at the end of a builtin.
 * The message names the node or tensor; `code` is listed in docs/errors.md.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: string,
    message: string,
    readonly hint?: string,
    /** Path into the parameters of the job, such as `['folding', 'MVAU_hls_0', 'PE']`, if one of them is at fault. */
    readonly at?: readonly (string | number)[],
  ) {
    super(message);
  }
}

/** Several refusals at once, so that a user can fix all problems of a file in one go; at least one. */
export class Refusals extends Error {
  override readonly name = 'Refusals';
  constructor(readonly problems: readonly Refusal[]) {
    super(problems.map(({ message }) => message).join('\n'));
  }
}

/** Throws when there are problems: a single one as itself, several together. */
export function refuseAll(problems: readonly Refusal[]): void {
  const [first, second] = problems;
  if (first === undefined) return;
  throw second === undefined ? first : new Refusals(problems);
}

/**
 * Runs work that may refuse inputs; returns its result, or why it was refused. Other exceptions are bugs and pass through.
 */
export function attempt<T>(work: () => T): Result<T> {
  try {
    return success(work());
  } catch (error) {
    return failure(...diagnosticsOf(error));
  }
}

/** As `attempt`, for asynchronous work. */
export async function attemptLater<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return success(await work());
  } catch (error) {
    return failure(...diagnosticsOf(error));
  }
}

/** Refused inputs as diagnostics; any other error is rethrown. */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof Refusal) return [diagnosticOf(error)];
  if (error instanceof Refusals) return error.problems.map(diagnosticOf);
  throw error;
}

function diagnosticOf({ code, message, hint, at }: Refusal): Diagnostic {
  return problem(code, message, { hint, at });
}
