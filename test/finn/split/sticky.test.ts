import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BuiltPiece, Question } from '../../../finn/split/sticky.ts';
import { stickyCuts } from '../../../finn/split/sticky.ts';

/** Layers a, b, c … with these sizes and contents, on boards of this capacity. */
function question(sizes: readonly number[], capacity: number, contents = sizes.map(() => 'old')): Question {
  const idOf = (start: number, end: number): string =>
    `${names.slice(start, end + 1).join('')}:${contents.slice(start, end + 1).join('')}`;
  const names = sizes.map((_, index) => String.fromCharCode(97 + index));
  return {
    names,
    cuttable: sizes.map(() => true),
    fits: (start, end) => sizes.slice(start, end + 1).reduce((sum, size) => sum + size, 0) <= capacity,
    isSame: (start, end, { id }) => idOf(start, end) === id,
    boardAt: () => 'zedboard',
  };
}

/** The built pieces of a network whose contents were all old, cut after these layers. */
function builtWith(cuts: readonly number[], count: number): readonly BuiltPiece[] {
  const names = Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));
  const ends = [...cuts, count - 1];
  return ends.map((end, at) => {
    const inside = names.slice(at === 0 ? 0 : ends[at - 1]! + 1, end + 1);
    const id = `${inside.join('')}:${inside.map(() => 'old').join('')}`;
    return { first: inside[0]!, last: inside.at(-1)!, id, board: 'zedboard' };
  });
}

describe('sticky cuts', () => {
  it('stay as they are, as long as every piece fits', () => {
    // A greedy walk would cut after c and need two pieces.
    expect(stickyCuts(builtWith([0, 3], 6), question([1, 1, 1, 1, 1, 1], 3))).toEqual([0, 3]);
    expect(
      stickyCuts(
        builtWith([2], 6),
        question([1, 1, 1, 1, 1, 1], 3, ['old', 'new', 'old', 'old', 'old', 'old']),
      ),
    ).toEqual([2]);
  });

  it('move only next to the piece that no longer fits', () => {
    // d grew: abc and ghi stay built, and def becomes two pieces.
    const contents = ['old', 'old', 'old', 'new', 'old', 'old', 'old', 'old', 'old'];
    expect(stickyCuts(builtWith([2, 5], 9), question([1, 1, 1, 2, 1, 1, 1, 1, 1], 3, contents))).toEqual([
      2, 4, 5,
    ]);
  });

  it('prefer fewer pieces if equally many must be built', () => {
    // d grew; with room in the last piece f goes there: two to build either way, but no piece more.
    const contents = ['old', 'old', 'old', 'new', 'old', 'old', 'old', 'old'];
    expect(stickyCuts(builtWith([2, 5], 8), question([1, 1, 1, 2, 1, 1, 1, 1], 3, contents))).toEqual([2, 4]);
  });

  it('are null for another network, and if nothing fits', () => {
    expect(
      stickyCuts([{ first: 'x', last: 'y', id: '', board: 'zedboard' }], question([1, 1], 2)),
    ).toBeNull();
    expect(stickyCuts(builtWith([0], 2), question([5, 1], 2))).toBeNull();
  });

  it('are stable: their own cuts give the same cuts', () => {
    fc.assert(
      fc.property(networks, ({ sizes, contents, cuts }) => {
        const asked = question(sizes, 10, contents);
        const given = stickyCuts(builtWith(cuts, sizes.length), asked);
        if (given === null) return;
        expect(stickyCuts(builtWith(given, sizes.length), asked)).toEqual(given);
      }),
    );
  });

  it('leave the fewest pieces to build, then the fewest pieces, of all ways to cut', () => {
    fc.assert(
      fc.property(networks, ({ sizes, contents, cuts }) => {
        const asked = question(sizes, 10, contents);
        const built = builtWith(cuts, sizes.length);
        const cost = (ends: readonly number[]): readonly [number, number] | null => {
          const starts = [0, ...ends.map((end) => end + 1)];
          const all = [...ends, sizes.length - 1].map((end, at) => [starts[at]!, end] as const);
          if (!all.every(([start, end], at) => asked.fits(start, end, at))) return null;
          const toBuild = all.filter(
            ([start, end]) =>
              !built.some(
                (piece) =>
                  piece.first === asked.names[start] &&
                  piece.last === asked.names[end] &&
                  asked.isSame(start, end, piece),
              ),
          );
          return [toBuild.length, all.length];
        };
        const ways = Array.from({ length: 2 ** (sizes.length - 1) }, (_, mask) =>
          sizes.slice(1).flatMap((_, index) => ((mask >> index) & 1 ? [index] : [])),
        );
        const costs = ways.map(cost).filter((one) => one !== null);
        const given = stickyCuts(built, asked);
        if (given === null) {
          expect(costs).toEqual([]);
          return;
        }
        if (cost(cuts) !== null) {
          expect(given).toEqual(cuts);
          return;
        }
        const [least] = costs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect(cost(given)).toEqual(least);
      }),
      { numRuns: 300 },
    );
  });
});

/** Networks of up to nine layers, some changed since they were cut somewhere. */
const networks = fc
  .array(fc.record({ size: fc.integer({ min: 1, max: 11 }), isNew: fc.boolean(), isCut: fc.boolean() }), {
    minLength: 1,
    maxLength: 9,
  })
  .map((layers) => ({
    sizes: layers.map(({ size }) => size),
    contents: layers.map(({ isNew }) => (isNew ? 'new' : 'old')),
    cuts: layers.slice(0, -1).flatMap(({ isCut }, index) => (isCut ? [index] : [])),
  }));
