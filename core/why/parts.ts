import type { Json } from '../../base/json.ts';
import type { StageKind } from '../contracts/stage.ts';
import type { Store } from '../contracts/store.ts';
import type { ActionRecord } from '../contracts/types.ts';

/** The names of the parts of each item of a collection, by position. */
export type Parts = readonly (readonly string[])[];

/** The parts of the items that an action made; none if its kind names none, or the file is no longer there. */
export async function partsIn(record: ActionRecord, { parts }: StageKind, store: Store): Promise<Parts> {
  const entry = parts === undefined ? undefined : record.outputs[parts.port]?.files[0];
  const contents = entry === undefined ? null : await store.read(entry);
  if (parts === undefined || contents === null) return [];
  try {
    return parts.read(JSON.parse(String(contents)) as Json);
  } catch {
    return [];
  }
}

/** Whether a name is a part of other items only, before and after, and not of the item at this position. */
export function othersParts(before: Parts, after: Parts, position: number): (name: string) => boolean {
  const own = new Set([...(before[position] ?? []), ...(after[position] ?? [])]);
  const all = new Set([...before, ...after].flat());
  return (name) => all.has(name) && !own.has(name);
}
