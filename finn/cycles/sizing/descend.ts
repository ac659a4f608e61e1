import { defined } from '../../../base/defined.ts';
import type { Heights, Ladders } from './ladders.ts';
import { depthsOn, heightsWithin, rungAt } from './ladders.ts';
import { least } from './least.ts';

/** Whether depths at these heights keep the pace; deeper FIFOs are taken to be no slower. */
export type Passes = (heights: Heights) => boolean;

/** The lowest heights that pass of those in which no FIFO is deeper than a common bound; the greatest ones if none do. */
export function leastUniform(ladders: Ladders, passes: Passes): Heights {
  const bounds = depthsOn(ladders);
  const heightsFor = (index: number): Heights =>
    heightsWithin(ladders, defined(bounds[index], 'an index between two of bounds'));
  return heightsFor(least(bounds.length - 1, (index) => passes(heightsFor(index))));
}

/**
 * From heights that pass to cheaper ones that still do: each FIFO that is dear as far down as it can go alone, the dearest
 * first; then one of them up where another one can go down by more; then the cheap ones in groups, in the order of `cheapOnes`.
 */
export function descend(
  ladders: Ladders,
  start: Heights,
  cheapOnes: readonly number[],
  passes: Passes,
): Heights {
  let heights = start;
  const tried = new Set<number>();
  for (;;) {
    const next = dearOnes(ladders, heights).find((fifo) => !tried.has(fifo));
    if (next === undefined) break;
    tried.add(next);
    heights = lowered(heights, next, heights[next] ?? 0, passes);
  }
  for (;;) {
    const better = exchanged(ladders, heights, passes);
    if (better === null) break;
    heights = better;
  }
  const rest = cheapOnes.filter((fifo) => (heights[fifo] ?? 0) > 0 && !tried.has(fifo));
  return grounded(heights, rest, passes);
}

/** The price, in LUTs, above its least depth up to which a FIFO is not worth trials of its own. */
const cheap = 20;

/** FIFOs that are dear, the dearest first. */
function dearOnes(ladders: Ladders, heights: Heights): readonly number[] {
  return heights
    .map((height, fifo) => ({
      fifo,
      saving: rungAt(ladders, fifo, height).price - rungAt(ladders, fifo, 0).price,
    }))
    .filter(({ saving }) => saving > cheap)
    .sort((a, b) => b.saving - a.saving)
    .map(({ fifo }) => fifo);
}

/** One FIFO a rung up, and another one down by more than that costs; null if nothing is gained so. */
function exchanged(ladders: Ladders, heights: Heights, passes: Passes): Heights | null {
  const dear = dearOnes(ladders, heights);
  for (const up of dear) {
    const height = heights[up] ?? 0;
    const above = ladders[up]?.[height + 1];
    if (above === undefined) continue;
    const price = above.price - rungAt(ladders, up, height).price;
    for (const down of dear) {
      if (down === up) continue;
      const limit = rungAt(ladders, down, heights[down] ?? 0).price - price;
      const most = ladders[down]?.findLastIndex((rung) => rung.price < limit) ?? -1;
      if (most < 0) continue;
      const other = heights.with(up, height + 1).with(down, most);
      if (passes(other)) return lowered(other, down, most, passes);
    }
  }
  return null;
}

/** The lowest height of one FIFO, of `top` at most, that passes while all others stay. */
function lowered(heights: Heights, fifo: number, top: number, passes: Passes): Heights {
  return heights.with(
    fifo,
    least(top, (height) => passes(heights.with(fifo, height))),
  );
}

/** Puts FIFOs on their lowest rung: all at once if that passes, otherwise half by half. */
function grounded(heights: Heights, fifos: readonly number[], passes: Passes): Heights {
  if (fifos.length === 0) return heights;
  const without = heights.map((height, fifo) => (fifos.includes(fifo) ? 0 : height));
  if (passes(without)) return without;
  if (fifos.length === 1) return heights;
  const half = fifos.length >> 1;
  return grounded(grounded(heights, fifos.slice(0, half), passes), fifos.slice(half), passes);
}
