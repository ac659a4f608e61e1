import type { Json } from '../../base/json.ts';
import type { Plan, PlannedStage } from '../contracts/plan.ts';
import { folderOf, readListed } from '../contracts/listed.ts';
import type { Registry } from '../contracts/registry.ts';
import { kindOf } from '../contracts/registry.ts';
import type { Layout } from '../state/layout.ts';
import { coveringTest, isOurOwn } from './listed-files.ts';

/** What a plan reads of the project; paths are relative to it, or absolute for keys elsewhere. */
export type NamedInput =
  /** Whether it exists or not. */
  | { readonly type: 'file'; readonly path: string }
  /** What is in a folder, or a file where an entry of a list names one. */
  | {
      readonly type: 'tree';
      readonly path: string;
      /** The list that names it. */
      readonly entries: readonly string[];
      /** Whether a path in it is one of the inputs. */
      readonly covers: (path: string) => boolean;
      /** Whether there may be inputs in a folder below it. */
      readonly mayHold: (folder: string) => boolean;
    };

/** The pipeline file, its decisions, keys, and every file and folder that a parameter of these stages names. */
export function namedInputs(
  { secrets, patterns }: Pick<Plan, 'secrets' | 'patterns'>,
  stages: readonly PlannedStage[],
  registry: Pick<Registry, 'kinds'>,
  { file, decisions }: Pick<Layout, 'file' | 'decisions'>,
): readonly NamedInput[] {
  const named = stages.flatMap((stage) =>
    Object.entries(kindOf(stage, registry).files).flatMap(([parameter, about]) => {
      const value = stage.params[parameter];
      if (value === undefined) return [];
      return about.as === 'paths' ? treesOf(value, patterns) : [fileAt(value as string)];
    }),
  );
  return [fileAt(file), fileAt(decisions), ...secrets.map(fileAt), ...named];
}

function fileAt(path: string): NamedInput {
  return { type: 'file', path };
}

/** The schema of a kind guarantees a list of texts. */
function treesOf(value: Json, patterns: Plan['patterns']): readonly NamedInput[] {
  const entries = value as readonly string[];
  const listed = entries.map(readListed);
  const covers = listed.map((entry) => coveringTest(entry, patterns));
  return listed.flatMap((entry, index): readonly NamedInput[] => {
    const verbatim = entry.verbatim.map(fileAt);
    if (entry.isExclusion) return verbatim;
    const removed = covers.filter((_, other) => other > index && listed[other]?.isExclusion === true);
    const isLeftOut = (path: string): boolean =>
      isOurOwn(path) || removed.some((isRemoved) => isRemoved(path));
    const isCovered = covers[index] ?? (() => false);
    const path = entry.isPattern ? folderOf(entry.what) : entry.what;
    const depth = entry.isPattern && !entry.what.includes('**') ? partsOf(entry.what) : Infinity;
    return [
      ...verbatim,
      {
        type: 'tree',
        path,
        entries,
        covers: (below) => isCovered(below) && !isLeftOut(below),
        mayHold: (folder) => (isCovered(folder) || partsOf(folder) < depth) && !isLeftOut(folder),
      },
    ];
  });
}

function partsOf(path: string): number {
  return path === '' ? 0 : path.split('/').length;
}
