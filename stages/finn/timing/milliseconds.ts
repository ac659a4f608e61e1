/** Clock cycles as milliseconds, for people. */
export function milliseconds(cycles: number, clockMHz: number): string {
  return `${(cycles / (clockMHz * 1000)).toFixed(2)} ms`;
}
