/**
 * Columns of a memory whose contents differ, and that are not constant, if its bits are random: with few words many are equal,
 * and synthesis builds them once.
 */
export function unlikeColumns(words: number, columns: number): number {
  if (words > 24) return columns;
  const contents = 2 ** words;
  return Math.round((contents - 2) * (1 - Math.exp(-columns / contents)));
}

/** LUTs of so many columns of random constant words, by fit to Yosys: small memories vanish in the logic that reads them. */
export function romLuts(words: number, columns: number): number {
  return Math.round(columns * lutsOfColumn(words));
}

function lutsOfColumn(words: number): number {
  if (words <= 4) return 0;
  if (words <= 64) return 0.5;
  if (words <= 128) return 2.5;
  return words <= 256 ? 4.5 : words / 40;
}
