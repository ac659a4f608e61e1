import type { JsonObject } from '../../base/json.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import type { Board, Limits } from '../../finn/split/board.ts';
import type { OverheadModel } from './overheads.ts';

/** What a strategy is asked: where to cut this graph. */
export interface Question {
  /** Folded. */
  readonly graph: HardwareGraph;
  /** By node of the graph: whether a cut behind it leaves two parts with one stream between them. */
  readonly cuttable: readonly boolean[];
  /** The nodes that the user named to cut behind. */
  readonly after: readonly string[];
  /** Submodels take them in turn. */
  readonly boards: readonly Board[];
  readonly limits: Limits;
  /** The FPGA that resources are estimated for. */
  readonly part: string;
  readonly overhead: OverheadModel | null;
  /** What pipeline.lock says was built last; null where nothing was, or nothing shall count. */
  readonly lock: JsonObject | null;
}

export interface Chosen {
  /** Indices of the nodes to cut behind, ascending. */
  readonly cuts: readonly number[];
  /** How many parts a walk that knows of no earlier cuts would make; null where there was none or it made as many. */
  readonly fewer: number | null;
}
