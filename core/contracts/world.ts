import type { JsonObject } from '../../base/json.ts';
import type { ClusterBoard } from './board.ts';

/** The locations on this computer that effects need. */
export interface LocalPaths {
  /** Absolute folder of pipeline.yaml; paths in the file are relative to it. */
  readonly project: string;
  /** Absolute folder of the state of emulated boards, each in a folder of its name. */
  readonly boardsDir: string;
  /** Absolute path of the emulated board program. */
  readonly emulatedBoard: string;
}

/** The world an effect acts on: the same on both sides of the worker, and never part of a key. */
export interface World extends LocalPaths {
  /** The section `tools` of pipeline.yaml. */
  readonly tools: JsonObject;
  /** The board that the action is for; null if it is for no particular one. */
  readonly board: ClusterBoard | null;
  /** The boards of the cluster, in the order of the file. */
  readonly boards: readonly ClusterBoard[];
}
