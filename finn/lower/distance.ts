/** The tensors that a part of a network reads and makes. */
interface Wired {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * Sorted by the longest path from the input, equals in the given order. QONNX 1.0.0 `SortGraph` orders nodes like this
 * after every pass, which determines the numbers of layers after branches. The given order need not be topological.
 */
export function byDistance<T>(items: readonly T[], wiring: (item: T) => Wired): readonly T[] {
  const wired = items.map(wiring);
  const producers = new Map(
    wired.flatMap(({ outputs }, index) => outputs.map((name) => [name, index] as const)),
  );
  const before = wired.map(({ inputs }) => new Set(inputs.flatMap((name) => producers.get(name) ?? [])));
  const readers = items.map((): number[] => []);
  for (const [index, each] of before.entries()) for (const producer of each) readers[producer]?.push(index);
  const waiting = before.map(({ size }) => size);
  const distances = items.map(() => 0);
  const ready = [...items.keys()].filter((index) => waiting[index] === 0);
  for (let index = ready.pop(); index !== undefined; index = ready.pop())
    for (const reader of readers[index] ?? []) {
      distances[reader] = Math.max(distances[reader] ?? 0, (distances[index] ?? 0) + 1);
      waiting[reader] = (waiting[reader] ?? 0) - 1;
      if (waiting[reader] === 0) ready.push(reader);
    }
  return items
    .map((item, index) => ({ item, distance: distances[index] ?? 0 }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ item }) => item);
}
