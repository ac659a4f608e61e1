import { join, parse } from 'node:path';

/** The paths below `.pipeline/`; everything there can be deleted, at the cost of building again. */
export interface Layout {
  /** The folder itself. */
  readonly root: string;
  /** Absolute path of the folder that holds pipeline.yaml. */
  readonly project: string;
  /** Name of the pipeline file in it. */
  readonly file: string;
  /** Absolute path of the file with the decisions of stages, next to the pipeline file and committed to git with it. */
  readonly decisions: string;
  readonly cache: string;
  /** Validated plans, by digest of their sources. */
  readonly plans: string;
  /** Specs of actions that ran, by fingerprint, for `why`. */
  readonly specs: string;
  /** One receipt per effect action: the last that succeeded. */
  readonly receipts: string;
  /** One journal per run. */
  readonly journal: string;
  /** One folder per running attempt, named by its id; what is there when no run is active, a killed one left. */
  readonly work: string;
  /** The folders of failed attempts by action, kept for inspection until the action succeeds. */
  readonly failed: string;
  /** State of emulated boards, by name. */
  readonly boards: string;
  readonly ledger: string;
  readonly fileDigests: string;
  /** The copies of results outside, see `save` of a stage. */
  readonly saved: string;
  readonly lock: string;
}

export const pipelineFile = 'pipeline.yaml';

export function layoutOf(project: string, file = pipelineFile): Layout {
  const root = join(project, '.pipeline');
  return {
    root,
    project,
    file,
    decisions: join(project, decisionsOf(file)),
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
    saved: join(root, 'saved.json'),
    lock: join(root, 'lock'),
  };
}

/** Each pipeline file in a folder has its own, with a name that no other program uses. */
function decisionsOf(file: string): string {
  const name = parse(file).name;
  return name === parse(pipelineFile).name ? 'pipeline.lock' : `${name}.pipeline.lock`;
}

/** An action's label as a file name: `build/1` → `build~1`. */
export function fileNameOf(label: string): string {
  return label.replaceAll('/', '~');
}
