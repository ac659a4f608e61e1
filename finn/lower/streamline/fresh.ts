import type { GraphView } from '../graph-view.ts';

/** A name that no tensor of the graph has, made from a name and a word. */
export function freshName(name: string, word: string, graph: GraphView): string {
  for (let count = 0; ; count++) {
    const candidate = `${name}:${word}${count}`;
    if (!graph.isKnown(candidate)) return candidate;
  }
}
