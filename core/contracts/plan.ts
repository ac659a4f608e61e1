import type { JsonObject } from '../../base/json.ts';
import type { ClusterBoard } from './board.ts';
import type { Target } from './types.ts';

/** Amounts of resources by name: `cores`, `memory` in bytes, and pools of the file, such as seats of `vivado`. */
export interface Amounts {
  readonly [resource: string]: number;
}

/** `STAGE` or `STAGE.PORT` in the file. */
export interface Reference {
  readonly stage: string;
  readonly port: string;
}

/** The source that an input port is connected to. */
export interface Need extends Reference {
  /** It takes the artifacts of all items of the other stage, in order, instead of a single one. */
  readonly isGathered: boolean;
}

export type Foreach = { readonly type: 'items'; readonly from: Reference } | { readonly type: 'cluster' };

export interface PlannedStage {
  readonly name: string;
  /** The stage of the file that this is, or is a step of. */
  readonly written: string;
  readonly kind: string;
  readonly params: JsonObject;
  readonly needs: { readonly [port: string]: Need };
  /** Stages that must succeed first; they never enter a key. */
  readonly after: readonly string[];
  readonly foreach: Foreach | null;
  readonly timeoutSeconds: number | null;
  /** What an action of it takes of the resources, as far as the file says so; never part of a key. */
  readonly uses: Amounts;
  /** The folder of the project that its results are copied to, if any; never part of a key. */
  readonly save: string | null;
  /** The implementations that it uses; opaque to the engine. */
  readonly toolchain: JsonObject;
  /** The runner of its actions, by name; null for the default of what they run. Never part of a key. */
  readonly runner: string | null;
}

/** Which runs send their results to a remote cache: none, those of CI, or all. */
export type SharingRule = 'never' | 'ci' | 'always';

/** A validated pipeline.yaml: every reference resolved, stages in topological order. Plain JSON. */
export interface Plan {
  readonly target: Target;
  /** Vivado's name of the board definition of the target, as the file gives it; not part of the target, since only few steps use it. */
  readonly boardPart: string | null;
  /** The file's section on where tools are on this machine; never part of a key. */
  readonly tools: JsonObject;
  /** Files that hold keys, relative to the project or absolute; they are never inputs. */
  readonly secrets: readonly string[];
  /** The regular expressions, for the flag `s`, of the patterns in lists of files. */
  readonly patterns: { readonly [pattern: string]: string };
  /** The folder of the results, as the file names it; null for the default. Never part of a key. */
  readonly cache: string | null;
  /** The server that shares results, as the file names it; null for none. Never part of a key. */
  readonly remoteCache: { readonly url: string; readonly write: SharingRule } | null;
  /** What there is of resources, as far as the file says so; never part of a key. */
  readonly resources: Amounts;
  readonly stages: readonly PlannedStage[];
  readonly cluster: readonly ClusterBoard[];
}

/** The stages a stage waits for. */
export function upstreamOf(stage: PlannedStage): readonly string[] {
  const foreach = stage.foreach?.type === 'items' ? [stage.foreach.from.stage] : [];
  return [...new Set([...foreach, ...Object.values(stage.needs).map(({ stage }) => stage), ...stage.after])];
}
