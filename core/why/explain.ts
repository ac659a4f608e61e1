import type { Digest } from '../../base/digest.ts';
import { member } from '../../base/member.ts';
import { subtree } from '../contracts/artifact.ts';
import type { Plan, PlannedStage } from '../contracts/plan.ts';
import type { ActionRecord } from '../contracts/types.ts';
import type { KeptSpec } from '../state/specs.ts';
import type { FieldChange } from './difference.ts';
import { changedInputs, specDifference } from './difference.ts';
import { changedFiles } from './files.ts';
import type { Parts } from './parts.ts';
import { othersParts } from './parts.ts';

/** Why an action's spec differs: its own fields, and for each changed input what changed in the actions that made it. */
export interface Explanation {
  readonly action: string;
  readonly fields: readonly FieldChange[];
  readonly inputs: readonly InputChange[];
}

export interface InputChange {
  readonly port: string;
  /** The stage that makes the input; null if it is a project file. */
  readonly from: string | null;
  /** Project files that changed, were added or removed. */
  readonly files: readonly string[];
  /** Null if the input is a project file, or the action that made it is no longer known or too far upstream. */
  readonly because: Explanation | null;
}

/** The known history of actions. */
export interface History {
  /** Labels of a stage's actions. */
  readonly labels: (stage: string) => readonly string[];
  /** Fingerprints of an action, latest first. */
  readonly fingerprints: (label: string) => readonly Digest[];
  readonly spec: (fingerprint: Digest) => KeptSpec | null;
  readonly record: (fingerprint: Digest) => Promise<ActionRecord | null>;
  /** The parts of the items that a stage made. */
  readonly parts: (stage: PlannedStage, record: ActionRecord) => Promise<Parts>;
}

/**
 * Follows the difference between two specs upstream to its origin. Upstream of a collection's item, changes of what the stage
 * names as parts of other items are left out, unless nothing else changed: then they must have reached this item.
 */
export async function explain(
  label: string,
  before: KeptSpec,
  after: KeptSpec,
  plan: Plan,
  history: History,
): Promise<Explanation> {
  const trail = { isLeftOut: () => false, seen: new Set([label]), plan, history };
  return explainAction({ label, before, after }, trail);
}

/** An action that differs between two runs. */
interface Changed {
  readonly label: string;
  readonly before: KeptSpec;
  readonly after: KeptSpec;
}

/** The way upstream so far. */
interface Trail {
  /** Whether a field has the name of something that does not belong to the item in question. */
  readonly isLeftOut: (name: string) => boolean;
  /** Labels of the actions explained so far: each is explained once, and at most a hundred are. */
  readonly seen: Set<string>;
  readonly plan: Plan;
  readonly history: History;
}

const mostActions = 100;

async function explainAction({ label, before, after }: Changed, trail: Trail): Promise<Explanation> {
  const inputs: InputChange[] = [];
  for (const port of changedInputs(before.spec, after.spec)) {
    const was = [member(before.spec.inputs, port) ?? []].flat();
    const is = [member(after.spec.inputs, port) ?? []].flat();
    const at = is.findIndex((digest, index) => digest !== was[index]);
    const source = sourceOf(label, port, trail.plan);
    inputs.push({
      port,
      from: source?.stage.name ?? null,
      files: changedFiles(member(before.files, port) ?? {}, member(after.files, port) ?? {}),
      because: await explainSource(source, was[at], is[at], trail),
    });
  }
  return { action: label, fields: specDifference(before.spec, after.spec, trail.isLeftOut), inputs };
}

/** The change in the action that made an input; null if that is not known. */
async function explainSource(
  from: InputSource | null,
  before: Digest | undefined,
  after: Digest | undefined,
  trail: Trail,
): Promise<Explanation | null> {
  const { seen, history } = trail;
  if (from === null || seen.size >= mostActions) return null;
  const maker = await makersOf(before, after, from.stage.name, history);
  if (maker === null) return null;
  if (seen.has(maker.label)) return { action: maker.label, fields: [], inputs: [] };
  seen.add(maker.label);
  return explainMaker(from, maker, trail);
}

async function explainMaker(
  { stage, position }: InputSource,
  maker: Maker,
  trail: Trail,
): Promise<Explanation> {
  if (position === null) return explainAction(maker, trail);
  const { isLeftOut, seen, history } = trail;
  const [before, after] = maker.records;
  const isOthers = othersParts(
    await history.parts(stage, before),
    await history.parts(stage, after),
    position,
  );
  const own = await explainAction(maker, {
    ...trail,
    isLeftOut: (name) => isLeftOut(name) || isOthers(name),
    seen: new Set(seen),
  });
  return hasCause(own) ? own : explainAction(maker, trail);
}

function hasCause({ fields, inputs }: Explanation): boolean {
  return fields.length > 0 || inputs.some(({ because }) => because === null || hasCause(because));
}

interface InputSource {
  readonly stage: PlannedStage;
  /** Of the item of its collection; null if the input is not an item. */
  readonly position: number | null;
}

/** The source of an input port of an action; null if it is not another stage. */
function sourceOf(label: string, port: string, plan: Plan): InputSource | null {
  const named = (name: string) => plan.stages.find((stage) => stage.name === name);
  const [name = '', item = ''] = label.split('/');
  const { needs = {}, foreach = null } = named(name) ?? {};
  const from = member(needs, port) ?? (foreach?.type === 'items' ? foreach.from : undefined);
  const stage = from === undefined ? undefined : named(from.stage);
  if (stage === undefined) return null;
  return { stage, position: member(needs, port) === undefined ? Number(item) : null };
}

/** The action that made an input in both runs. */
interface Maker extends Changed {
  /** With which it made the earlier and the later one. */
  readonly records: readonly [ActionRecord, ActionRecord];
}

async function makersOf(
  before: Digest | undefined,
  after: Digest | undefined,
  stage: string,
  history: History,
): Promise<Maker | null> {
  if (before === undefined || after === undefined) return null;
  for (const label of history.labels(stage)) {
    const was = await runThatMade(before, label, history);
    const is = await runThatMade(after, label, history);
    if (was !== null && is !== null)
      return { label, before: was.spec, after: is.spec, records: [was.record, is.record] };
  }
  return null;
}

async function runThatMade(digest: Digest, label: string, history: History) {
  for (const fingerprint of history.fingerprints(label)) {
    const record = await history.record(fingerprint);
    if (record === null || !makes(record, digest)) continue;
    const spec = history.spec(fingerprint);
    return spec === null ? null : { spec, record };
  }
  return null;
}

function makes(record: ActionRecord, digest: Digest): boolean {
  return Object.entries(record.outputs).some(
    ([port, artifact]) =>
      artifact.digest === digest ||
      (member(record.items, port) ?? []).some(({ id }) => subtree(artifact, id).digest === digest),
  );
}
