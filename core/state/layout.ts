import { join } from 'node:path';

/** The paths below `.pipeline/`; everything there can be deleted, at the cost of building again. */
export interface Layout {
  /** Absolute path of the folder that holds pipeline.yaml. */
  readonly project: string;
  readonly cache: string;
  /** Validated plans, by digest of their sources. */
  readonly plans: string;
  /** Specs of actions that ran, by fingerprint, for `why`. */
  readonly specs: string;
  /** One receipt per effect action: the last that succeeded. */
  readonly receipts: string;
  /** One journal per run. */
  readonly journal: string;
  /** Work directories of running actions. */
  readonly work: string;
  /** Work directories of failed actions, kept for inspection until the action runs again. */
  readonly failed: string;
  /** State of emulated boards, by name. */
  readonly boards: string;
  readonly ledger: string;
  readonly fileDigests: string;
  readonly lock: string;
}

export function layoutOf(project: string): Layout {
  const root = join(project, '.pipeline');
  return {
    project,
    cache: join(root, 'cache'),
    plans: join(root, 'plans'),
    specs: join(root, 'specs'),
    receipts: join(root, 'receipts'),
    journal: join(root, 'journal'),
    work: join(root, 'work'),
    failed: join(root, 'failed'),
    boards: join(root, 'boards'),
    ledger: join(root, 'ledger.json'),
    fileDigests: join(root, 'files.json'),
    lock: join(root, 'lock'),
  };
}

/** An action's label as a file name: `build/1` → `build~1`. */
export function fileNameOf(label: string): string {
  return label.replaceAll('/', '~');
}
