/** A piece of the last built split, by the names of its first and last layer in the whole network. */
export interface BuiltPiece {
  readonly first: string;
  readonly last: string;
  /** Id of its submodel. */
  readonly id: string;
  /** Board type for which it was built. */
  readonly board: string;
}

/** The facts that decide a split; layers are given by their index, `end` is inclusive, and positions count the pieces from 0. */
export interface Question {
  readonly names: readonly string[];
  /** By layer: whether the network can be cut after it. */
  readonly cuttable: readonly boolean[];
  readonly fits: (start: number, end: number, position: number) => boolean;
  /** Whether these layers still equal this piece. */
  readonly isSame: (start: number, end: number, piece: BuiltPiece) => boolean;
  readonly boardAt: (position: number) => string;
}

/**
 * Cuts that keep as many of the built pieces as possible: the old cuts if all their pieces fit, otherwise those with the
 * fewest pieces to build and, among these, the fewest pieces. Null if the network no longer has any of the built pieces.
 */
export function stickyCuts(built: readonly BuiltPiece[], question: Question): readonly number[] | null {
  const places = built.map(({ first, last }) => ({
    start: question.names.indexOf(first),
    end: question.names.indexOf(last),
  }));
  if (!places.some(({ start, end }) => start >= 0 && end >= start)) return null;
  const ends = places.map(({ end }) => end);
  const fit = (): boolean => places.every(({ start, end }, at) => question.fits(start, end, at));
  if (areOldCuts(places, question) && fit()) return ends.slice(0, -1);
  return cheapestCuts(built, question);
}

function areOldCuts(
  places: readonly { readonly start: number; readonly end: number }[],
  { names, cuttable }: Question,
): boolean {
  const starts = [0, ...places.map(({ end }) => end + 1)];
  const follow = places.every(({ start }, at) => start === starts[at]);
  const legal = places.slice(0, -1).every(({ start, end }) => end >= start && cuttable[end] === true);
  return follow && legal && places.at(-1)?.end === names.length - 1;
}

/** The best cuts of the layers up to a given one into a number of pieces. */
interface Best {
  readonly toBuild: number;
  readonly previous: Best | null;
  /** Index of the last layer; −1 for none. */
  readonly end: number;
  readonly pieces: number;
}

function cheapestCuts(built: readonly BuiltPiece[], question: Question): readonly number[] | null {
  const { names, cuttable } = question;
  const isBuilt = builtPieces(built, question);
  // By last layer and number of pieces, since the number decides which board a piece goes to.
  const best = new Map<number, ReadonlyMap<number, Best>>([
    [-1, new Map([[0, { toBuild: 0, previous: null, end: -1, pieces: 0 }]])],
  ]);
  for (const [end, canCut] of cuttable.entries())
    if (canCut || end === names.length - 1) best.set(end, bestUpTo(end, best, question, isBuilt));
  const all = [...(best.get(names.length - 1)?.values() ?? [])];
  const [first] = all.sort((a, b) => a.toBuild - b.toBuild || a.pieces - b.pieces);
  return first === undefined ? null : endsOf(first).slice(0, -1);
}

type IsBuilt = (start: number, end: number, position: number) => boolean;

function builtPieces(
  built: readonly BuiltPiece[],
  { names, boardAt, isSame }: Pick<Question, 'names' | 'boardAt' | 'isSame'>,
): IsBuilt {
  const byFirst = new Map(built.map((piece) => [names.indexOf(piece.first), piece]));
  return (start, end, position) => {
    const piece = byFirst.get(start);
    if (piece === undefined || names[end] !== piece.last || boardAt(position) !== piece.board) return false;
    return isSame(start, end, piece);
  };
}

function bestUpTo(
  end: number,
  best: ReadonlyMap<number, ReadonlyMap<number, Best>>,
  { fits }: Pick<Question, 'fits'>,
  isBuilt: IsBuilt,
): ReadonlyMap<number, Best> {
  const here = new Map<number, Best>();
  for (const [before, states] of best)
    for (const [pieces, previous] of states) {
      if (!fits(before + 1, end, pieces)) continue;
      const toBuild = previous.toBuild + (isBuilt(before + 1, end, pieces) ? 0 : 1);
      const known = here.get(pieces + 1);
      // Among equals, the one whose earlier pieces are larger, as in the greedy walk.
      if (known === undefined || toBuild <= known.toBuild)
        here.set(pieces + 1, { toBuild, previous, end, pieces: pieces + 1 });
    }
  return here;
}

function endsOf({ previous, end }: Best): readonly number[] {
  return previous === null ? [] : [...endsOf(previous), end];
}
