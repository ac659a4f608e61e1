import { defined } from '../../../base/defined.ts';
import type { Rung } from './rungs.ts';

/** The rungs of each FIFO, cheapest first. */
export type Ladders = readonly (readonly Rung[])[];

/** By FIFO, the index of its rung. */
export type Heights = readonly number[];

/**
 * From heights that pass to cheaper ones that still do: first each FIFO as far down as it may go alone, the dearest first, then
 * those on low rungs in groups. `passes` is asked about heights; deeper FIFOs are taken to be no slower.
 */
export function descend(ladders: Ladders, start: Heights, passes: (heights: Heights) => boolean): Heights {
  let heights = start;
  const tried = new Set<number>();
  for (;;) {
    const next = heights
      .map((height, fifo) => ({ fifo, saving: saving(ladders, fifo, height) }))
      .filter(({ fifo, saving }) => !tried.has(fifo) && saving > cheap)
      .sort((a, b) => b.saving - a.saving)[0];
    if (next === undefined) break;
    tried.add(next.fifo);
    heights = lowered(heights, next.fifo, passes);
  }
  const rest = heights.flatMap((height, fifo) => (height > 0 && !tried.has(fifo) ? [fifo] : []));
  return groundedInGroups(heights, rest, passes);
}

/** Less than this price is not worth a trial of its own. */
const cheap = 20;

function saving(ladders: Ladders, fifo: number, height: number): number {
  const rungs = defined(ladders[fifo], 'every FIFO has rungs');
  return (
    defined(rungs[height], 'a height is that of a rung').price - defined(rungs[0], 'a ladder has rungs').price
  );
}

/** The lowest height of one FIFO that passes while all others stay. */
function lowered(heights: Heights, fifo: number, passes: (heights: Heights) => boolean): Heights {
  let [low, high] = [0, heights[fifo] ?? 0];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(heights.with(fifo, middle))) high = middle;
    else low = middle + 1;
  }
  return heights.with(fifo, high);
}

/** Puts FIFOs on their lowest rung: all at once if that passes, otherwise by halves. */
function groundedInGroups(
  heights: Heights,
  fifos: readonly number[],
  passes: (heights: Heights) => boolean,
): Heights {
  if (fifos.length === 0) return heights;
  const grounded = heights.map((height, fifo) => (fifos.includes(fifo) ? 0 : height));
  if (passes(grounded)) return grounded;
  if (fifos.length === 1) return heights;
  const half = fifos.length >> 1;
  const first = groundedInGroups(heights, fifos.slice(0, half), passes);
  return groundedInGroups(first, fifos.slice(half), passes);
}
