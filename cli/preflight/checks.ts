import { fileURLToPath } from 'node:url';
import type { Check } from '../../core/contracts/check.ts';
import type { PlannedStage } from '../../core/contracts/plan.ts';
import { kindOf } from '../../core/contracts/registry.ts';
import type { World } from '../../core/contracts/world.ts';
import { ownFile } from '../own-file.ts';
import { registry } from '../registry.ts';
import { fileChecks } from './file-checks.ts';
import type { Subject } from './subject.ts';
import { toolChecks } from './tool-checks.ts';

/** A check, and the stages that it is for. */
export interface NamedCheck extends Check {
  readonly stages: readonly PlannedStage[];
}

/** What stages of a project need, each thing once, in the order of the stages. */
export function checksOf(stages: readonly PlannedStage[], subject: Subject): readonly NamedCheck[] {
  const { project, answerSeconds } = subject;
  const { plan, layout } = project;
  const tools = toolChecks(subject);
  const world: World = {
    project: layout.project,
    boardsDir: layout.boards,
    emulatedBoard: fileURLToPath(ownFile('emulated-board.js')),
    tools: plan.tools,
    board: null,
    boards: plan.cluster,
  };
  const found = new Map<string, NamedCheck>();
  for (const stage of stages) {
    const own =
      kindOf(stage, registry).checks?.({ stage, stages: plan.stages, world, tools, answerSeconds }) ?? [];
    for (const check of [...fileChecks(stage, subject), ...own]) {
      const known = found.get(check.what);
      found.set(check.what, { ...(known ?? check), stages: [...(known?.stages ?? []), stage] });
    }
  }
  return [...found.values()];
}
