import type { JsonObject } from '../base/json.ts';
import type { Plan, PlannedStage } from '../core/contracts/plan.ts';
import type { ActionRecord } from '../core/contracts/types.ts';

/** Results of a stage, as a view reads them. */
export interface ShownResults {
  readonly results: readonly { readonly label: string; readonly record: ActionRecord }[];
  /** A file of an output of one of the actions; null if there is none. */
  readonly read: (label: string, port: string, path: string) => Promise<Buffer | null>;
}

export interface ShowContext {
  readonly plan: Plan;
  readonly stage: PlannedStage;
  readonly own: ShownResults;
  /** The results of another stage; null if they are not up to date. */
  readonly of: (stage: string) => Promise<ShownResults | null>;
}

/** A part of what is shown: paragraphs, whose first lines begin with a mark, or rows of cells below a header. */
export type Block =
  | { readonly type: 'text'; readonly mark?: string; readonly text: string }
  | {
      readonly type: 'table';
      readonly rows: readonly (readonly string[])[];
      /** Columns that are flush right. */
      readonly numbers: readonly number[];
      /** Columns that may be shortened: names. */
      readonly flexible: readonly number[];
      /** Columns that are left out where all together are too wide. */
      readonly dispensable?: readonly number[];
    }
  | { readonly type: 'gap' };

/** What a stage made, for people and for programs. */
export interface Shown {
  readonly blocks: readonly Block[];
  readonly facts: JsonObject;
  /** A picture, for kinds that have one. */
  readonly svg: string | null;
}

export type View = (context: ShowContext) => Promise<Shown>;
