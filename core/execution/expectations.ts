import type { Ledger } from '../state/ledger.ts';
import type { Action } from './action.ts';

type Subject = Pick<Action, 'label' | 'stage'>;

/** How long actions are expected to run, by what is known of earlier runs and of this one. */
export interface Expectations {
  /**
   * In ms: as long as when its last result was made, else as long as the other items of its stage on average; null if none of
   * them is known.
   */
  readonly of: (action: Subject) => number | null;
  /** An action has run, for so many ms. */
  readonly learn: (action: Subject, milliseconds: number) => void;
}

export function createExpectations(ledger: Pick<Ledger, 'entry' | 'labels'>): Expectations {
  let sums: Map<string, Sum> | null = null;
  const durationOf = (label: string): number | null => ledger.entry(label)?.record.cost?.milliseconds ?? null;
  const known = (): Map<string, Sum> => {
    if (sums !== null) return sums;
    sums = new Map();
    for (const label of ledger.labels()) {
      const [stage = '', item] = label.split('/');
      const milliseconds = item === undefined ? null : durationOf(label);
      if (milliseconds !== null) add(sums, stage, milliseconds);
    }
    return sums;
  };
  return {
    of({ label, stage }) {
      const own = durationOf(label);
      if (own !== null || stage.foreach === null) return own;
      const { total, count } = known().get(stage.name) ?? none;
      return count === 0 ? null : Math.round(total / count);
    },
    learn({ stage }, milliseconds) {
      if (stage.foreach !== null) add(known(), stage.name, milliseconds);
    },
  };
}

interface Sum {
  readonly total: number;
  readonly count: number;
}

const none: Sum = { total: 0, count: 0 };

function add(sums: Map<string, Sum>, stage: string, milliseconds: number): void {
  const { total, count } = sums.get(stage) ?? none;
  sums.set(stage, { total: total + milliseconds, count: count + 1 });
}
