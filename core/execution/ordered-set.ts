/** Numbers of which the smallest is taken first; one that is in it already is not added again. */
export interface OrderedSet {
  readonly add: (value: number) => void;
  /** Null if it is empty. */
  readonly takeFirst: () => number | null;
}

/** Kept as a binary heap. */
export function orderedSet(values: readonly number[]): OrderedSet {
  const heap: number[] = [];
  const members = new Set<number>();
  const at = (index: number): number => heap[index] ?? Infinity;
  const swap = (one: number, other: number): void => {
    [heap[one], heap[other]] = [at(other), at(one)];
  };
  const set: OrderedSet = {
    add(value) {
      if (members.has(value)) return;
      members.add(value);
      heap.push(value);
      for (let child = heap.length - 1; child > 0;) {
        const parent = (child - 1) >> 1;
        if (at(parent) <= at(child)) return;
        swap(parent, child);
        child = parent;
      }
    },
    takeFirst() {
      const [first] = heap;
      if (first === undefined) return null;
      members.delete(first);
      const last = heap.pop() ?? first;
      if (heap.length === 0) return first;
      heap[0] = last;
      for (let parent = 0; ;) {
        const left = 2 * parent + 1;
        const smaller = at(left) <= at(left + 1) ? left : left + 1;
        if (at(smaller) >= at(parent)) return first;
        swap(smaller, parent);
        parent = smaller;
      }
    },
  };
  for (const value of values) set.add(value);
  return set;
}
