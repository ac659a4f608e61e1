import { collect, youngMilliseconds } from '../cache/disk/collect.ts';
import { layoutOf } from '../core/state/layout.ts';
import { openLedger } from '../core/state/ledger.ts';
import { allReceipts } from '../core/state/receipts.ts';
import { forgetSpecs } from '../core/state/specs.ts';
import { byteSize } from '../base/units.ts';
import { jsonLine } from '../reporters/json.ts';
import { readEnvironment } from './environment.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { refuse } from './options.ts';
import { missingProject } from './project.ts';

export interface GcOptions extends CommonOptions {
  /** Bytes. */
  readonly maxSize: number;
}

/** `pipeline gc`: shrinks the cache, keeping the current results and the most recently used ones. */
export function gc(options: GcOptions): ExitCode {
  const environment = readEnvironment(options.directory);
  const { project, now, out } = environment;
  const missing = missingProject(project);
  if (missing !== null) return refuse([missing], options.json === true, environment);
  const layout = layoutOf(project);
  const ledger = openLedger(layout, null);
  const entries = ledger.labels().flatMap((label) => ledger.entry(label) ?? []);
  const roots = [...entries.map(({ record }) => record), ...allReceipts(layout)];
  const outcome = collect(layout.cache, options.maxSize, roots, now());
  const current = new Set(entries.flatMap(({ record, history }) => [record.fingerprint, ...history]));
  forgetSpecs(layout, current, now() - youngMilliseconds);
  if (options.json === true) out.write(jsonLine({ type: 'gc', ...outcome }));
  else
    out.write(
      `${byteSize(outcome.before)} → ${byteSize(outcome.after)}: ${outcome.records} results and ${outcome.blobs} files deleted\n`,
    );
  return 0;
}
