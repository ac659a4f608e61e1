import type { Plan } from '../contracts/plan.ts';
import { subtree } from '../contracts/artifact.ts';
import type { KeptSpec } from '../state/specs.ts';
import type { ActionRecord } from '../contracts/types.ts';
import type { Digest } from '../../base/digest.ts';
import type { FieldChange } from './difference.ts';
import { changedInputs, specDifference } from './difference.ts';

/** Why an action's spec differs: its own fields, and for each changed input what changed in the actions that made it. */
export interface Explanation {
  readonly action: string;
  readonly fields: readonly FieldChange[];
  readonly inputs: readonly {
    readonly port: string;
    /** Files of the project that changed, came or went. */
    readonly files: readonly string[];
    /** Null where the input is a file of the project, or its maker is no longer known. */
    readonly because: Explanation | null;
  }[];
}

/** The past, as far as it is remembered. */
export interface History {
  readonly labels: (stage: string) => readonly string[];
  readonly fingerprints: (label: string) => readonly Digest[];
  readonly spec: (fingerprint: Digest) => KeptSpec | null;
  readonly record: (fingerprint: Digest) => ActionRecord | null;
}

/** Follows the difference of two specs upstream to where it began. */
export function explain(
  label: string,
  before: KeptSpec,
  after: KeptSpec,
  plan: Plan,
  history: History,
): Explanation {
  const stage = plan.stages.find(({ name }) => name === label.split('/')[0]);
  const inputs = changedInputs(before.spec, after.spec).map((port) => {
    const from = stage?.needs[port] ?? (stage?.foreach?.type === 'items' ? stage.foreach.from : undefined);
    const was = [before.spec.inputs[port] ?? []].flat();
    const is = [after.spec.inputs[port] ?? []].flat();
    const at = is.findIndex((digest, index) => digest !== was[index]);
    const maker = from === undefined || at < 0 ? null : makersOf(was[at], is[at], from.stage, history);
    return {
      port,
      files: changedFiles(before.files[port] ?? {}, after.files[port] ?? {}),
      because: maker === null ? null : explain(maker.label, maker.before, maker.after, plan, history),
    };
  });
  return { action: label, fields: specDifference(before.spec, after.spec), inputs };
}

function changedFiles(
  before: Readonly<Record<string, Digest>>,
  after: Readonly<Record<string, Digest>>,
): readonly string[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths].filter((path) => before[path] !== after[path]).sort();
}

/** The action of a stage that made both digests, and the two specs by which it did. */
function makersOf(before: Digest | undefined, after: Digest | undefined, stage: string, history: History) {
  for (const label of history.labels(stage)) {
    const specOf = (digest: Digest | undefined) => {
      const fingerprint = history.fingerprints(label).find((candidate) => {
        const record = history.record(candidate);
        return digest !== undefined && record !== null && makes(record, digest);
      });
      return fingerprint === undefined ? null : history.spec(fingerprint);
    };
    const specs = { before: specOf(before), after: specOf(after) };
    if (specs.before !== null && specs.after !== null)
      return { label, before: specs.before, after: specs.after };
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
