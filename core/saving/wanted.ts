import type { Plan } from '../contracts/plan.ts';
import type { FileEntry } from '../contracts/types.ts';
import type { ActionState } from '../execution/action.ts';
import type { SavedFile } from '../state/saved-files.ts';
import { placesOf } from './places.ts';

export interface WantedFile {
  readonly label: string;
  readonly entry: FileEntry;
}

/** The copies of results that a project is to have after a run. */
export interface Copies {
  /** Of the stages, relative to the project. */
  readonly folders: readonly string[];
  /** By path, relative to the project. */
  readonly files: ReadonlyMap<string, WantedFile>;
  /** Whether a copy which is none of these belonged to an earlier result; not that of an action which has no new one. */
  readonly isObsolete: (file: SavedFile) => boolean;
}

/** The copies that stages with `save` are to have: `SAVE/[ITEM/]PORT/FILES`; null if no stage has it. */
export function copiesWanted(
  { stages }: Pick<Plan, 'stages'>,
  states: ReadonlyMap<string, ActionState>,
  isWhole: boolean,
): Copies | null {
  const folders = new Map(stages.flatMap(({ name, save }) => (save === null ? [] : [[name, save] as const])));
  if (folders.size === 0) return null;
  const files = new Map<string, WantedFile>();
  const unknown = new Set<string>();
  for (const [label, state] of states) {
    const stage = stageOf(label);
    const folder = folders.get(stage);
    if (folder === undefined) continue;
    if (state.type !== 'done') {
      unknown.add(label);
      continue;
    }
    const item = label === stage ? '' : `${label.slice(stage.length + 1)}/`;
    for (const { path, entry } of placesOf(state.record))
      files.set(`${folder}/${item}${path}`, { label, entry });
  }
  const isObsolete = ({ label, entry: { path } }: SavedFile): boolean => {
    const stage = stageOf(label);
    const folder = folders.get(stage);
    // A folder that the file no longer names, or that another profile names, stays as it is.
    if (folder === undefined || !path.startsWith(`${folder}/`)) return false;
    if (states.has(label)) return !unknown.has(label);
    // With its items unknown, a stage is one action that has no result.
    return isWhole && !unknown.has(stage);
  };
  return { folders: [...folders.values()], files, isObsolete };
}

function stageOf(label: string): string {
  return label.split('/')[0] ?? label;
}
