import { defined } from '../../base/defined.ts';
import type { PlannedStage } from '../../core/contracts/plan.ts';

/** For each `verify` that asks for it `verify.rtl`, item by item; what waits for the one waits for the other. */
export function withRtl(stages: readonly PlannedStage[]): readonly PlannedStage[] {
  const verified = stages.filter(({ kind, params }) => kind === 'verify' && params['rtl'] === true);
  const names = new Set(verified.map(({ name }) => name));
  const waiting = stages.map((stage) => ({
    ...stage,
    after: stage.after.flatMap((name) => (names.has(name) ? [name, rtlOf(name)] : [name])),
  }));
  const steps = verified.map((stage): PlannedStage => {
    const { parts } = stage.needs;
    const from = defined(parts, 'verify needs the submodels');
    return {
      ...{ ...stage, name: rtlOf(stage.name), kind: 'finn/rtl', params: {}, needs: {} },
      foreach: { type: 'items', from: { stage: from.stage, port: from.port } },
    };
  });
  return [...waiting, ...steps];
}

function rtlOf(name: string): string {
  return `${name}.rtl`;
}
