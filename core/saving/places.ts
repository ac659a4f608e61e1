import { member } from '../../base/member.ts';
import type { ActionRecord, FileEntry } from '../contracts/types.ts';

/** A file of a result with the readable path that people find it under: relative, with forward slashes. */
export interface Place {
  readonly path: string;
  readonly port: string;
  readonly entry: FileEntry;
}

type Outputs = Pick<ActionRecord, 'outputs' | 'items'>;

/** The files of all outputs, each below a folder with the name of its port; an output that is a single file has just that name. */
export function placesOf(record: Outputs): readonly Place[] {
  return Object.keys(record.outputs).flatMap((port) =>
    placesIn(record, port).map((place) =>
      isOneFile(record, port) ? place : { ...place, path: `${port}/${place.path}` },
    ),
  );
}

/**
 * The files of one output. The items of a collection, which are stored by their ids, are in folders named by their positions: equal items,
 * which are stored once, are there as often as the collection holds them.
 */
export function placesIn({ outputs, items }: Outputs, port: string): readonly Place[] {
  const positions = new Map<string, string[]>();
  for (const { id, position } of member(items, port) ?? [])
    positions.set(id, [...(positions.get(id) ?? []), String(position)]);
  return (member(outputs, port)?.files ?? []).flatMap((entry) => {
    const [first = '', ...rest] = entry.path.split('/');
    const folders = (rest.length > 0 ? positions.get(first) : undefined) ?? [first];
    return folders.map((folder) => ({ path: [folder, ...rest].join('/'), port, entry }));
  });
}

/** Whether the action wrote the output as a file of that name instead of a folder. */
function isOneFile({ outputs }: Outputs, port: string): boolean {
  const files = member(outputs, port)?.files ?? [];
  return files.length === 1 && files[0]?.path === port;
}
