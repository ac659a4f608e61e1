/**
 * Columns of a memory whose contents differ, and that are not constant, if its bits are random: with few words many are equal,
 * and synthesis builds them once.
 */
export function unlikeColumns(words: number, columns: number): number {
  if (words > 24) return columns;
  const contents = 2 ** words;
  return Math.round((contents - 2) * (1 - Math.exp(-columns / contents)));
}

/** LUTs of so many columns of constant words: one holds 64 words, and multiplexers beside it reach 256. */
export function romLuts(words: number, columns: number): number {
  return Math.round(columns * Math.max(1, words / 64));
}
