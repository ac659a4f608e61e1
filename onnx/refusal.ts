/**
 * An input we refuse, thrown where it is found (deep inside a graph walk) and turned into a diagnostic where a
 * builtin ends. The message names the node or tensor; `code` is listed in docs/errors.md.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: string,
    message: string,
    readonly hint?: string,
    /** Path into the parameters of the job, such as `['folding', 'MVAU_hls_0', 'PE']`, where one of them is at fault. */
    readonly at?: readonly (string | number)[],
  ) {
    super(message);
  }
}

/** Several refusals at once, so that a user can mend all problems of a file in one go; there is at least one. */
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
