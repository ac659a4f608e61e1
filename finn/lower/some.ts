/** A list of at least one. */
export type Some<T> = readonly [T, ...T[]];

/** Like `map` of an array, for a list of at least one. */
export function mapSome<T, Changed>([first, ...more]: Some<T>, change: (item: T) => Changed): Some<Changed> {
  return [change(first), ...more.map(change)];
}
