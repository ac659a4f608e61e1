/** How deep documents may be nested: far deeper than any real one, and far from the end of the stack. */
export const deepestNesting = 100;

/** Whether lists and objects are nested in more levels than that; true for a value that contains itself. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(member, levels - 1));
}
