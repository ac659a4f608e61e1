/**
 * What a record holds under a name that someone chose; undefined if it holds nothing, also for names such as `toString`, which
 * every object inherits.
 */
export function member<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
