import type { JsonObject } from '../../base/json.ts';
import type { ClusterBoard } from './board.ts';

/** What is where on this computer, as far as effects need it. */
export interface LocalPaths {
  /** Absolute folder of pipeline.yaml, which paths in it are relative to. */
  readonly project: string;
  /** Absolute folder in which emulated boards keep their state, each below its name. */
  readonly boardsDir: string;
  /** Absolute path of the program that is an emulated board. */
  readonly emulatedBoard: string;
}

/** What an effect acts on: the same on both sides of the worker, and never part of a key. */
export interface World extends LocalPaths {
  /** The section `tools` of pipeline.yaml. */
  readonly tools: JsonObject;
  /** The board that the action is for; null where it is for none in particular. */
  readonly board: ClusterBoard | null;
  /** The boards of the cluster, in the order of the file. */
  readonly boards: readonly ClusterBoard[];
}
