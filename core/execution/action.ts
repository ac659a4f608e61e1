import type { PlannedStage } from '../contracts/plan.ts';
import type { StageKind } from '../contracts/stage.ts';
import type { ClusterBoard } from '../contracts/board.ts';
import type { KeptSpec } from '../state/specs.ts';
import { fileState } from '../state/specs.ts';
import type { ActionRecord, ActionSpec, Artifact, FileNames, Item } from '../contracts/types.ts';
import type { Digest } from '../../base/digest.ts';
import { member } from '../../base/member.ts';

/** One action of a stage: the stage itself, or one item or board of its `foreach`. */
export interface Action {
  /** `build/1`: stage and position, `deploy/zed0`: stage and board, or the stage's name. */
  readonly label: string;
  readonly stage: PlannedStage;
  readonly kind: StageKind;
  readonly item: Item | null;
  readonly board: ClusterBoard | null;
}

/** An artifact that an action reads; files of the project are copied into the store only when needed. */
export interface InputArtifact {
  readonly artifact: Artifact;
  /** By path in the artifact: the project file behind it. Null for the output of an action. */
  readonly sources: ReadonlyMap<string, string> | null;
  /** Label of the action that made it. */
  readonly producer: string | null;
}

/** An action whose inputs are all known. */
export interface ResolvedAction {
  readonly action: Action;
  readonly spec: ActionSpec;
  readonly fingerprint: Digest;
  readonly inputs: { readonly [port: string]: InputArtifact | readonly InputArtifact[] };
}

/** The part of a resolved action that is kept for `why`. */
export function keptSpecOf({ spec, inputs }: ResolvedAction): KeptSpec {
  const files = Object.entries(inputs).flatMap(([port, input]) => {
    if (!('artifact' in input) || input.sources === null) return [];
    const { sources } = input;
    const paths = input.artifact.files.map(
      (file) => [sources.get(file.path) ?? file.path, fileState(file)] as const,
    );
    return [[port, Object.fromEntries(paths)] as const];
  });
  return { spec, files: Object.fromEntries(files) };
}

/** What pipeline.yaml calls the inputs that are one file of the project each. */
export function fileNamesOf({ action: { kind }, inputs }: ResolvedAction): FileNames {
  const names = Object.entries(inputs).flatMap(([port, input]) => {
    const isOneFile = member(kind.files, port)?.as === 'content';
    if (!isOneFile || !('artifact' in input)) return [];
    return [...(input.sources?.values() ?? [])].map((path) => [port, path] as const);
  });
  return Object.fromEntries(names);
}

export type ActionState =
  | { readonly type: 'waiting' }
  | { readonly type: 'queued'; readonly resolved: ResolvedAction }
  | {
      readonly type: 'running';
      readonly resolved: ResolvedAction;
      /** When it began, in ms since 1970. */
      readonly since: number;
    }
  | { readonly type: 'done'; readonly record: ActionRecord }
  /** Plan only: it, or something it needs, would run. */
  | { readonly type: 'stale' }
  /** Failed, and its diagnostics are still being given their places. */
  | { readonly type: 'failing' }
  | { readonly type: 'failed' }
  | { readonly type: 'blocked' }
  | { readonly type: 'cancelled' };
