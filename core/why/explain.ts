import type { Digest } from '../../base/digest.ts';
import { deepestNesting } from '../../base/nesting.ts';
import { subtree } from '../contracts/artifact.ts';
import type { Plan } from '../contracts/plan.ts';
import type { ActionRecord } from '../contracts/types.ts';
import type { KeptSpec } from '../state/specs.ts';
import type { FieldChange } from './difference.ts';
import { changedInputs, specDifference } from './difference.ts';

/** Why an action's spec differs: its own fields, and for each changed input what changed in the actions that made it. */
export interface Explanation {
  readonly action: string;
  readonly fields: readonly FieldChange[];
  readonly inputs: readonly InputChange[];
}

export interface InputChange {
  readonly port: string;
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
}

/** Follows the difference between two specs upstream to its origin, but not further than `levels` actions. */
export async function explain(
  label: string,
  before: KeptSpec,
  after: KeptSpec,
  plan: Plan,
  history: History,
  levels = deepestNesting,
): Promise<Explanation> {
  const inputs: InputChange[] = [];
  for (const port of changedInputs(before.spec, after.spec)) {
    const from = makerOf(label, port, plan);
    const was = [before.spec.inputs[port] ?? []].flat();
    const is = [after.spec.inputs[port] ?? []].flat();
    const at = is.findIndex((digest, index) => digest !== was[index]);
    const maker =
      from === null || at < 0 || levels === 0 ? null : await makersOf(was[at], is[at], from, history);
    inputs.push({
      port,
      files: changedFiles(before.files[port] ?? {}, after.files[port] ?? {}),
      because:
        maker === null
          ? null
          : await explain(maker.label, maker.before, maker.after, plan, history, levels - 1),
    });
  }
  return { action: label, fields: specDifference(before.spec, after.spec), inputs };
}

/** The stage that an input port of an action is connected to; null if it is not one. */
function makerOf(label: string, port: string, plan: Plan): string | null {
  const stage = plan.stages.find(({ name }) => name === label.split('/')[0]);
  const from = stage?.needs[port] ?? (stage?.foreach?.type === 'items' ? stage.foreach.from : undefined);
  return from?.stage ?? null;
}

function changedFiles(
  before: Readonly<Record<string, Digest>>,
  after: Readonly<Record<string, Digest>>,
): readonly string[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths].filter((path) => before[path] !== after[path]).sort();
}

/** The action of a stage that made both digests, and the two specs with which it made them. */
async function makersOf(
  before: Digest | undefined,
  after: Digest | undefined,
  stage: string,
  history: History,
) {
  if (before === undefined || after === undefined) return null;
  for (const label of history.labels(stage)) {
    const specs = {
      before: await specThatMade(before, label, history),
      after: await specThatMade(after, label, history),
    };
    if (specs.before !== null && specs.after !== null)
      return { label, before: specs.before, after: specs.after };
  }
  return null;
}

async function specThatMade(digest: Digest, label: string, history: History): Promise<KeptSpec | null> {
  for (const fingerprint of history.fingerprints(label)) {
    const record = await history.record(fingerprint);
    if (record !== null && makes(record, digest)) return history.spec(fingerprint);
  }
  return null;
}

function makes(record: ActionRecord, digest: Digest): boolean {
  return Object.entries(record.outputs).some(
    ([port, artifact]) =>
      artifact.digest === digest ||
      (record.items[port] ?? []).some(({ id }) => subtree(artifact, id).digest === digest),
  );
}
