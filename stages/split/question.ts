import type { JsonObject } from '../../base/json.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import type { Board, Limits } from '../../finn/split/board.ts';
import type { OverheadModel } from './overheads.ts';

/** The question to a strategy: where to cut this graph. */
export interface Question {
  /** Folded. */
  readonly graph: HardwareGraph;
  /** By node of the graph: whether a cut after it leaves two parts with one stream between them. */
  readonly cuttable: readonly boolean[];
  /** The nodes after which the user wants cuts. */
  readonly after: readonly string[];
  /** Submodels take them in turn. */
  readonly boards: readonly Board[];
  readonly limits: Limits;
  /** The FPGA that resources are estimated for. */
  readonly part: string;
  readonly overhead: OverheadModel | null;
  /** The last built cuts according to pipeline.lock; null if there are none, or they are to be ignored. */
  readonly lock: JsonObject | null;
}
