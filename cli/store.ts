import { diskStore } from '../cache/disk/store.ts';
import type { Store } from '../core/contracts/store.ts';
import type { Layout } from '../core/state/layout.ts';
import type { Environment } from './environment.ts';

/** The store for the results of a project. */
export function openStore({ cache }: Layout, { now }: Environment): Store {
  return diskStore(cache, now);
}
