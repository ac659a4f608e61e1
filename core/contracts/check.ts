import type { Result } from '../../base/result.ts';
import type { PlannedStage } from './plan.ts';
import type { World } from './world.ts';

/** Something that a stage needs of this machine or of a board. */
export interface Check {
  /** What it is. Checks with the same words are one, which is looked at once. */
  readonly what: string;
  /**
   * Looks within seconds and changes nothing. The value says what is there; null if it cannot be seen because of another
   * problem.
   */
  readonly look: () => Promise<Result<string> | null>;
}

/** The checks of tools, which only this program as a whole knows how to find. */
export interface ToolChecks {
  /** The Python that holds FINN. */
  readonly finn: () => readonly Check[];
  /** What high-level synthesis needs in addition to FINN: its program, and FINN's library. */
  readonly synthesis: (version: string) => readonly Check[];
  /** What simulates FINN's RTL: Verilator, and what compiles its output. */
  readonly rtl: () => readonly Check[];
  /** Vivado of this version, and whether it can build for the boards of the plan. */
  readonly vivado: (version: string) => readonly Check[];
}

/** What a kind of stage looks at. */
export interface CheckContext {
  readonly stage: PlannedStage;
  readonly world: World;
  readonly tools: ToolChecks;
}
