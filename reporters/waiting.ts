/** What waits, in the order of the plan, at a cost per change that does not grow with the run but where something waits again. */
export interface Waiting {
  /** A stage of which neither the actions nor their number are known, behind those before. */
  readonly addStage: (stage: string) => void;
  /** The actions of a stage are known now, and wait. */
  readonly expand: (stage: string, actions: readonly string[]) => void;
  readonly add: (action: string) => void;
  readonly remove: (action: string) => void;
  /** Stages whose actions are not known. */
  readonly unknown: () => number;
  /** The actions by stage, and `build/…` for a stage whose actions are not known. */
  readonly names: () => Iterable<string>;
}

export function createWaiting(): Waiting {
  const stages: Stage[] = [];
  const stageNamed = new Map<string, Stage>();
  const stageOf = new Map<string, Stage>();
  /** Those with something to name, in the order of the plan. */
  let open = new Set<Stage>();
  let unknown = 0;

  const stageFor = (name: string): Stage => {
    const known = stageNamed.get(name);
    if (known !== undefined) return known;
    const stage: Stage = { name, actions: null, waiting: new Set() };
    stages.push(stage);
    stageNamed.set(name, stage);
    open.add(stage);
    unknown++;
    return stage;
  };
  const isOpen = ({ actions, waiting }: Stage): boolean => actions === null || waiting.size > 0;
  const expand = (name: string, actions: readonly string[]): void => {
    const stage = stageFor(name);
    if (stage.actions === null) unknown--;
    stage.actions = actions;
    for (const action of actions) stageOf.set(action, stage);
    stage.waiting = new Set(actions);
    if (!isOpen(stage)) open.delete(stage);
  };

  return {
    addStage: (name) => void stageFor(name),
    expand,
    add(action) {
      const stage = stageOf.get(action);
      // Of a stage that was never named, it is all.
      if (stage === undefined) {
        expand(action, [action]);
        return;
      }
      if (stage.waiting.has(action)) return;
      stage.waiting.add(action);
      stage.waiting = new Set((stage.actions ?? []).filter((each) => stage.waiting.has(each)));
      if (!open.has(stage)) open = new Set(stages.filter(isOpen));
    },
    remove(action) {
      const stage = stageOf.get(action);
      if (stage?.waiting.delete(action) === true && !isOpen(stage)) open.delete(stage);
    },
    unknown: () => unknown,
    *names() {
      for (const { name, actions, waiting } of open)
        if (actions === null) yield `${name}/…`;
        else yield* waiting;
    },
  };
}

interface Stage {
  readonly name: string;
  actions: readonly string[] | null;
  waiting: Set<string>;
}
