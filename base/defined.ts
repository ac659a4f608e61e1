/**
 * A value that must be present although its type does not say so. `why` is the sentence that says what guarantees it; if it
 * does not hold, the program has a bug.
 */
export function defined<T>(value: T | null | undefined, why: string): T {
  if (value === null || value === undefined) throw new Error(`missing, although ${why}`);
  return value;
}
