import type { Digest } from '../../base/digest.ts';
import { blobsOf } from '../../core/contracts/store.ts';
import type { ActionRecord } from '../../core/contracts/types.ts';
import { blobsIn, leftoversIn, recordsIn } from './contents.ts';
import { readRecord } from './record-file.ts';

/** The bytes in a cache, each blob counted once: for the first of these that names it. */
export interface CacheSizes {
  /** Outputs of the results asked for, by label. */
  readonly current: ReadonlyMap<string, number>;
  /** Outputs of the current results of other projects. */
  readonly others: number;
  /** Outputs of all other results. */
  readonly older: number;
  /** What the actions printed. */
  readonly logs: number;
  /** Copies of inputs, and what was left by killed runs. */
  readonly rest: number;
}

/** What takes the room in the cache at `root`; `current` by label, and the fingerprints that other projects need. */
export function cacheSizes(
  root: string,
  current: ReadonlyMap<string, readonly ActionRecord[]>,
  others: ReadonlySet<Digest>,
): CacheSizes {
  const sizes = new Map(blobsIn(root).map(({ name, size }) => [name, size]));
  const take = (record: ActionRecord): number => {
    let bytes = 0;
    for (const { files } of Object.values(record.outputs))
      for (const { digest } of files) {
        bytes += sizes.get(digest) ?? 0;
        sizes.delete(digest);
      }
    return bytes;
  };
  const sum = (numbers: Iterable<number>): number =>
    [...numbers].reduce((total, number) => total + number, 0);
  const files = recordsIn(root);
  const records = files.flatMap(({ path, name }) => readRecord(path, name) ?? []);
  const byLabel = new Map([...current].map(([label, results]) => [label, sum(results.map(take))]));
  const theirs = sum(records.filter(({ fingerprint }) => others.has(fingerprint)).map(take));
  const older = sum(records.map(take));
  let logs = 0;
  for (const record of [...records, ...[...current.values()].flat()])
    for (const { digest } of blobsOf(record)) {
      logs += sizes.get(digest) ?? 0;
      sizes.delete(digest);
    }
  const rest = sum(sizes.values()) + sum([...leftoversIn(root), ...files].map(({ size }) => size));
  return { current: byLabel, others: theirs, older, logs, rest };
}
