import type { Log } from './log.ts';

/** A resource of which a design needs more than the part has; `what` in Vivado's words, such as `Slice LUTs`. */
export interface Overuse {
  readonly what: string;
  readonly needed: number;
  readonly available: number;
}

/** The resources that a design over-utilises, according to the checks before placement; empty if none is named. */
export function overuse(logs: readonly Log[]): readonly Overuse[] {
  const found = new Map<string, Overuse>();
  for (const { text } of logs)
    for (const [, what = '', needed, available] of text.matchAll(tooMany))
      found.set(what, { what, needed: Number(needed), available: Number(available) });
  return [...found.values()];
}

/** As placement reports it: slices that the design needs and that are left, if its cells cannot be packed; null otherwise. */
export function unpacked(logs: readonly Log[]): Overuse | null {
  for (const { text } of logs) {
    const [, available, needed] = notPacked.exec(text) ?? [];
    if (available !== undefined)
      return { what: 'slices', needed: Number(needed), available: Number(available) };
  }
  return null;
}

const tooMany =
  /requires more (.+?) cells than are available in the target device\. This design requires (\d+) of such cell types but only (\d+) compatible sites/g;
const notPacked =
  /\[Place 30-487\][^\n]* of which (\d+) slices are available, however, the unplaced instances require (\d+) slices/;
