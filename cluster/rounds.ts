/**
 * The rounds of the sequential schedule: each has consecutive positions until a board repeats, because a board holds one
 * package at a time. Returns the positions of each round.
 */
export function planRounds(assignment: readonly string[]): readonly (readonly number[])[] {
  const rounds: number[][] = [];
  let busy = new Set<string>();
  assignment.forEach((board, position) => {
    const round = rounds.at(-1);
    if (round === undefined || busy.has(board)) {
      rounds.push([position]);
      busy = new Set([board]);
    } else {
      round.push(position);
      busy.add(board);
    }
  });
  return rounds;
}
