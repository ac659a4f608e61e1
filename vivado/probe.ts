import { Refusal } from '../base/refusal.ts';

/** What templates/vivado/probe.tcl reports of a Vivado. */
export interface Probe {
  /** Those of the named parts that are installed. */
  readonly parts: readonly string[];
  /** Names of all board definitions that it finds. */
  readonly boardParts: readonly string[];
}

/** Reads the file that probe.tcl writes; null if the script did not come to its end. */
export function readProbe(text: string): Probe | null {
  const lines = text.split('\n');
  const named = (what: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${what} `) ? [line.slice(what.length + 1)] : []));
  return lines.includes('done') ? { parts: named('part'), boardParts: named('board') } : null;
}

/** What is built for: a board type, its part, and the names of its board definition, the preferred one first. */
export interface Wanted {
  readonly board: string;
  readonly part: string;
  readonly boardParts: readonly string[];
}

/**
 * The first name of the board definition that Vivado has. Refuses a part that is not installed and a board without any
 * definition, with the similar ones that there are and where board files come from.
 */
export function chosenBoardPart({ board, part, boardParts }: Wanted, probe: Probe): string {
  if (!probe.parts.includes(part))
    throw new Refusal(
      'vivado/no-part',
      `this Vivado has no support for ${part}, the part of ${board}`,
      'add its device family with the installer of Vivado: Add Design Tools or Devices',
    );
  const chosen = boardParts.find((name) => probe.boardParts.includes(name));
  if (chosen !== undefined) return chosen;
  const similar = similarTo(boardParts, probe.boardParts);
  const names = boardParts.length === 1 ? boardParts.join('') : `none of ${boardParts.join(', ')}`;
  throw new Refusal(
    'vivado/no-board-part',
    boardParts.length === 1
      ? `this Vivado has no board part ${names} for ${board}`
      : `this Vivado has no board part for ${board}: ${names}`,
    `${similar.length === 0 ? '' : `it has ${similar.join(', ')}, which target.boardPart may name; or `}${boardFilesHint}`,
  );
}

/** How to get board files that Vivado lacks. */
export const boardFilesHint =
  'install the board from the Board Store (Vivado: Tools > Vivado Store > Boards), or name a folder of board files in tools: {vivado: {boards: DIR}}';

/** At most ten existing names that share the second part, the name of the board, with a wanted one. */
function similarTo(wanted: readonly string[], existing: readonly string[]): readonly string[] {
  const names = wanted.map(boardOf);
  return existing
    .filter((name) => names.some((one) => boardOf(name).includes(one) || one.includes(boardOf(name))))
    .slice(0, 10);
}

/** `VENDOR:BOARD:PART:VERSION` without punctuation in BOARD. */
function boardOf(boardPart: string): string {
  return (boardPart.split(':')[1] ?? '').toLowerCase().replace(/[^a-z0-9]/g, '');
}
