/** The tensors that a part of a network reads and makes. */
interface Wired {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * Sorted by the longest path from the input, equals in the given order. QONNX 1.0.0 `SortGraph` orders nodes like this
 * after every pass, which determines the numbers of layers after branches. The input must be in topological order.
 */
export function byDistance<T>(items: readonly T[], wiring: (item: T) => Wired): readonly T[] {
  const distances = new Map<string, number>();
  const placed = items.map((item) => {
    const { inputs, outputs } = wiring(item);
    const distance = inputs.reduce((most, input) => Math.max(most, distances.get(input) ?? 0), 0);
    for (const output of outputs) distances.set(output, distance + 1);
    return { item, distance };
  });
  return placed.sort((a, b) => a.distance - b.distance).map(({ item }) => item);
}
