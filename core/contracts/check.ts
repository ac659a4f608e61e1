import type { Result } from '../../base/result.ts';
import type { PlannedStage } from './plan.ts';
import type { World } from './world.ts';

/**
 * What a check looks at, and with that who may ask for it.
 *
 * - `project`: the file and what it names. Without it a stage fails whatever earlier results there are.
 * - `machine`: tools and room on this machine, within seconds. A stage with an earlier result may do without.
 * - `network`: boards.
 * - `thorough`: tools that take longer to answer; a run finds this by an early action of its own.
 */
export type CheckScope = 'project' | 'machine' | 'network' | 'thorough';

/** Something that a stage needs of the project, of this machine or of a board. */
export interface Check {
  /** What it is. Checks with the same words are one, which is looked at once. */
  readonly what: string;
  readonly scope: CheckScope;
  /** The board that is asked. A run reports the first problem of each. */
  readonly board?: string;
  /** Where pipeline.yaml names it, if not among the parameters of the stage. */
  readonly writtenAt?: readonly string[];
  /**
   * Looks and changes nothing. The value says what is there; null if it cannot be seen because of another problem. Of a
   * failure, errors would stop a run, and warnings need not.
   */
  readonly look: () => Promise<Result<string> | null>;
}

/** A stage of a run that is not up to date. */
export interface PendingStage {
  readonly stage: PlannedStage;
  /** It runs for certain; otherwise its earlier results may turn out to hold once the stages before it have run. */
  readonly isCertain: boolean;
}

/** The checks of tools, which only this program as a whole knows how to find. */
export interface ToolChecks {
  /** The Python that holds FINN. */
  readonly finn: () => readonly Check[];
  /** What high-level synthesis needs in addition to FINN: its program, and FINN's library. */
  readonly synthesis: (version: string) => readonly Check[];
  /** What simulates FINN's RTL: Verilator, and what compiles its output. */
  readonly rtl: () => readonly Check[];
  /** Vivado of this version, room for its files, and whether it can build for the boards of the plan. */
  readonly vivado: (version: string) => readonly Check[];
}

/** What a kind of stage looks at. */
export interface CheckContext {
  readonly stage: PlannedStage;
  /** All stages of the plan, each after those that it needs. */
  readonly stages: readonly PlannedStage[];
  readonly world: World;
  readonly tools: ToolChecks;
  /** How long a board may take to answer, in s. */
  readonly answerSeconds: number;
}
