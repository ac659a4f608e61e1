import type { JsonObject } from '../../base/json.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import type { Board, Limits } from '../../finn/split/board.ts';
import type { ResourceModel } from '../../finn/synthesis/layer.ts';
import type { NeedsOn } from './needs.ts';

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
  /** The model of resources that decides what fits. */
  readonly model: ResourceModel;
  /** What parts need by that model. */
  readonly needs: NeedsOn;
  /** What they need by FINN's estimates, for comparison; null if those decide. */
  readonly estimated: NeedsOn | null;
  /** The last built cuts according to pipeline.lock; null if there are none, or they are to be ignored. */
  readonly lock: JsonObject | null;
}
