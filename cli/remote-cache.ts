import type { RemoteCache } from '../cache/http/remote.ts';
import type { LayeredStore } from '../cache/layered.ts';
import { layeredStore } from '../cache/layered.ts';
import { cacheFolders } from '../cache/disk/folders.ts';
import type { SharingRule } from '../core/contracts/plan.ts';
import type { Store } from '../core/contracts/store.ts';
import type { Environment } from './environment.ts';
import type { Project } from './project.ts';
import { cacheOf } from './store.ts';

/** The server that shares the results of a project. */
export interface RemoteSettings {
  readonly url: string;
  readonly writes: boolean;
  /** The value of the header Authorization. */
  readonly authorization: string | null;
}

/**
 * By the environment, else by pipeline.yaml; null for none. What authorises this user is only for the server that the environment
 * names: whoever writes a pipeline.yaml cannot have it sent to another.
 */
export function remoteOf({ plan }: Project, { variables, isCi }: Environment): RemoteSettings | null {
  const { PIPELINE_REMOTE_CACHE = '', PIPELINE_REMOTE_CACHE_WRITE = '' } = variables;
  const { PIPELINE_REMOTE_CACHE_AUTHORIZATION = '' } = variables;
  const isOwn = PIPELINE_REMOTE_CACHE !== '';
  const url = isOwn ? PIPELINE_REMOTE_CACHE : plan.remoteCache?.url;
  if (url === undefined) return null;
  const rule = isRule(PIPELINE_REMOTE_CACHE_WRITE) ? PIPELINE_REMOTE_CACHE_WRITE : plan.remoteCache?.write;
  return {
    url,
    writes: rule === 'always' || (rule !== 'never' && isCi),
    authorization:
      isOwn && PIPELINE_REMOTE_CACHE_AUTHORIZATION !== '' ? PIPELINE_REMOTE_CACHE_AUTHORIZATION : null,
  };
}

function isRule(text: string): text is SharingRule {
  return ['never', 'ci', 'always'].includes(text);
}

/** The local store in front of the server; its code is loaded when something is not in the local store. */
export function openLayered(
  local: Store,
  { url, authorization, writes }: RemoteSettings,
  project: Project,
  environment: Environment,
): LayeredStore {
  const { temporary } = cacheFolders(cacheOf(project, environment));
  const remote = loadedLater(async () => {
    const [{ remoteCache }, { fileServer }] = await Promise.all([
      import('../cache/http/remote.ts'),
      import('../cache/http/server.ts'),
    ]);
    return remoteCache(fileServer(url, authorization, { answer: 10_000, rate: 50_000 }));
  });
  return layeredStore(local, remote, { writes, temporary });
}

function loadedLater(load: () => Promise<RemoteCache>): RemoteCache {
  let loading: Promise<RemoteCache> | null = null;
  let loaded: RemoteCache | null = null;
  const remote = () => (loading ??= load().then((one) => (loaded = one)));
  return {
    record: async (fingerprint) => (await remote()).record(fingerprint),
    fetch: async (entry, destination) => (await remote()).fetch(entry, destination),
    send: async (entry, source) => (await remote()).send(entry, source),
    keep: async (record) => (await remote()).keep(record),
    isClosed: (direction) => loaded?.isClosed(direction) ?? false,
    problems: () => loaded?.problems() ?? [],
    close() {
      loaded?.close();
    },
  };
}
