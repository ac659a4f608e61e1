import { lstatSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { watch } from 'chokidar';
import type { WatchedSet } from './watched-set.ts';

/** Receives changes. */
export interface WatchListener {
  /** Something may have changed at a real path of the set. */
  readonly changed: (path: string) => void;
  /** The system cannot report changes, for a reason in its words: from now on they are looked for. */
  readonly polls: (reason: string) => void;
  /** Looks for changes from the beginning, as a network file system needs, which reports none of other machines. */
  readonly mustPoll: boolean;
}

export interface FileWatch {
  readonly key: string;
  readonly isPolling: boolean;
  readonly close: () => Promise<void>;
}

/** Watches the places of a set; resolves once no change can be missed any more. */
export async function watchFiles(set: WatchedSet, listener: WatchListener): Promise<FileWatch> {
  let isPolling = listener.mustPoll;
  let watcher = watcherOf(set, isPolling);
  let isClosed = false;
  const follow = (): Promise<void> =>
    new Promise((resolve) => {
      const isOf = watcher;
      isOf.once('ready', resolve);
      isOf.on('raw', (_, name: string | null, details: unknown) => {
        const path = pathOf(name, details);
        if (path !== null && set.counts(path)) listener.changed(path);
      });
      isOf.on('all', (_, path) => {
        if (set.counts(path)) listener.changed(path);
      });
      isOf.on('error', (error) => {
        if (isPolling || isOf !== watcher || isClosed || !isOfLimits(error)) return;
        isPolling = true;
        listener.polls((error as Error).message);
        watcher = watcherOf(set, true);
        void Promise.all([isOf.close(), follow()]).then(() => {
          // What changed meanwhile was reported by neither.
          for (const root of set.roots) listener.changed(root);
          resolve();
        });
      });
    });
  await follow();
  return {
    key: set.key,
    get isPolling() {
      return isPolling;
    },
    close: () => {
      isClosed = true;
      return watcher.close();
    },
  };
}

function watcherOf({ roots, counts, mayHold }: WatchedSet, usePolling: boolean): FSWatcher {
  return watch([...roots], {
    ignoreInitial: true,
    ignorePermissionErrors: true,
    // Every link on the way is a place of the set, and so is where it leads.
    followSymlinks: false,
    // The plan reads all files itself; it is enough to know that it should.
    atomic: false,
    usePolling,
    interval: pollMilliseconds,
    binaryInterval: pollMilliseconds,
    ignored: (path, stats) =>
      roots.includes(path)
        ? false
        : stats === undefined || stats.isDirectory()
          ? !mayHold(path) && !counts(path)
          : !counts(path),
  });
}

const pollMilliseconds = 300;

/** The limits of inotify: of watches, and of processes that watch. */
function isOfLimits(error: unknown): boolean {
  return ['ENOSPC', 'EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Of an event as Node reports it: for a folder the name of what is in it, for a file its own. */
function pathOf(name: string | null, details: unknown): string | null {
  const { watchedPath } = details as { readonly watchedPath?: string };
  if (watchedPath === undefined) return null;
  if (name === null) return watchedPath;
  const isOfItself = name === basename(watchedPath) && !isFolder(watchedPath);
  return isOfItself ? watchedPath : join(watchedPath, name);
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
