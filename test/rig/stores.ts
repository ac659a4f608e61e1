import { diskStore } from '../../cache/disk/store.ts';
import type { Store } from '../../core/contracts/store.ts';
import type { FileEntry } from '../../core/contracts/types.ts';
import { laterStore } from './later-store.ts';

/**
 * The store that tests of the engine run over: one that answers at once or, if the test project says so, one that answers
 * later.
 */
export function openTestStore(folder: string): Store {
  const store = diskStore(folder, Date.now);
  return process.env['PIPELINE_TEST_STORE'] === 'later' ? laterStore(store) : store;
}

/** Takes a file that nobody changes meanwhile. */
export async function taken(store: Store, path: string, source: string, move: boolean): Promise<FileEntry> {
  const entry = await store.takeFile(path, source, move);
  if (entry === null) throw new Error(`${source} changed`);
  return entry;
}
