import { shownPath } from '../base/shown-path.ts';
import { table } from '../base/text.ts';
import { treeSize } from '../base/tree-size.ts';
import { byteSize } from '../base/units.ts';
import { rootsIn } from '../cache/disk/roots.ts';
import type { CacheSizes } from '../cache/disk/sizes.ts';
import { cacheSizes } from '../cache/disk/sizes.ts';
import type { ActionRecord } from '../core/contracts/types.ts';
import type { Layout } from '../core/state/layout.ts';
import { openLedger } from '../core/state/ledger.ts';
import { jsonLine } from '../reporters/json.ts';
import { readEnvironment } from './environment.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { fail } from './options.ts';
import { openProject } from './project.ts';
import { ownerOf } from './roots.ts';
import { cacheOf } from './store.ts';

/** `pipeline cache size`: what takes the room in the cache and in the rest of the project's state. */
export async function cacheSize(options: PlanOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const { out } = environment;
  const isJson = options.json === true;
  const opened = await openProject(environment, options);
  if (!opened.ok) return fail(opened.diagnostics, isJson, environment);
  const { layout } = opened.value;
  const cache = cacheOf(opened.value, environment);
  const sizes = cacheSizes(cache, currentOf(layout), othersIn(cache, layout));
  const state = stateSizes(layout);
  if (isJson) {
    const current = Object.fromEntries(sizes.current);
    out.write(jsonLine({ type: 'size', cache, ...sizes, current, ...state }));
    return 0;
  }
  const rows = rowsOf(sizes, state);
  const total = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = [...rows, { what: 'together', bytes: total }].map(({ what, bytes }) => [
    what,
    byteSize(bytes),
  ]);
  out.write(`${shownPath(cache)}\n${table(lines, { numbers: [1] }).join('\n')}\n`);
  return 0;
}

/** The current results of this project, by label. */
function currentOf(layout: Layout): ReadonlyMap<string, readonly ActionRecord[]> {
  const ledger = openLedger(layout, null);
  const current = ledger.currentResults();
  return new Map(
    ledger
      .labels()
      .map((label) => [label, ledger.entry(label)?.record] as const)
      .flatMap(([label, record]) =>
        record !== undefined && current.has(record.fingerprint) ? [[label, [record]]] : [],
      ),
  );
}

function othersIn(cache: string, layout: Layout): ReadonlySet<string> {
  const own = ownerOf(layout);
  const others = rootsIn(cache).known.filter(
    ({ project, machine }) => project !== own.project || machine !== own.machine,
  );
  return new Set(others.flatMap(({ results }) => results));
}

interface StateSizes {
  readonly failed: number;
  readonly work: number;
  readonly journals: number;
  readonly boards: number;
}

function stateSizes({ failed, work, journal, boards }: Layout): StateSizes {
  return {
    failed: treeSize(failed),
    work: treeSize(work),
    journals: treeSize(journal),
    boards: treeSize(boards),
  };
}

interface Row {
  readonly what: string;
  readonly bytes: number;
}

/** The largest results first. */
function rowsOf(sizes: CacheSizes, state: StateSizes): readonly Row[] {
  const current = [...sizes.current]
    .map(([label, bytes]) => ({ what: label, bytes }))
    .sort((a, b) => b.bytes - a.bytes);
  return [
    ...current,
    ...(sizes.others === 0 ? [] : [{ what: 'current results of other projects', bytes: sizes.others }]),
    { what: 'older results', bytes: sizes.older },
    { what: 'logs', bytes: sizes.logs },
    { what: 'copies of inputs, and the rest of the cache', bytes: sizes.rest },
    { what: 'failed attempts (failed/)', bytes: state.failed },
    { what: 'running attempts (work/)', bytes: state.work },
    { what: 'journals', bytes: state.journals },
    { what: 'emulated boards', bytes: state.boards },
  ];
}
