/** A list of at least one. */
export type Some<T> = readonly [T, ...T[]];

/** As `map` of an array. */
export function mapSome<T, Changed>([first, ...more]: Some<T>, change: (item: T) => Changed): Some<Changed> {
  return [change(first), ...more.map(change)];
}
