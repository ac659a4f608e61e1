import { manualCuts } from '../../finn/split/manual.ts';
import type { Question } from './question.ts';

/** Cuts behind the nodes that the user named; refuses unknown names and places that cannot be cut. */
export function cutManually({ graph, cuttable, after }: Question): readonly number[] {
  const names = graph.nodes.map(({ name }) => name);
  return manualCuts(
    names,
    cuttable,
    after.map((name) => ({ after: name })),
  );
}
