import type { Plan } from '../contracts/plan.ts';
import { fingerprintOf, subtree } from '../contracts/artifact.ts';
import type { ActionInput, ActionRecord, ActionSpec, Artifact } from '../contracts/types.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import type { Action, InputArtifact, ResolvedAction } from './action.ts';
import type { ExecutionContext } from './context.ts';
import { readSource } from './sources.ts';

export type Resolution =
  | { readonly ok: true; readonly resolved: ResolvedAction }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

/** What actions made, as far as they are done: the label and record of each action of a stage. */
export type Finished = (
  stage: string,
) => readonly { readonly action: Action; readonly record: ActionRecord }[];

/** Gathers everything an action depends on into its spec; all upstream actions must be done. */
export function resolve(
  action: Action,
  plan: Plan,
  finished: Finished,
  { registry, layout, digests, locks }: Pick<ExecutionContext, 'registry' | 'layout' | 'digests' | 'locks'>,
): Resolution {
  const { stage, kind } = action;
  const params: Record<string, Json> = {};
  for (const [name, value] of Object.entries(stage.params))
    if (!Object.hasOwn(kind.files, name)) params[name] = value;
  const inputs: Record<string, InputArtifact | readonly InputArtifact[]> = {};
  const problems: Diagnostic[] = [];
  for (const [parameter, file] of Object.entries(kind.files)) {
    const value = stage.params[parameter];
    if (value === undefined) continue;
    const source = readSource(file, value, layout, digests);
    if (source.type === 'problem') problems.push({ ...source.diagnostic, at: [parameter] });
    else if (source.type === 'value') params[parameter] = source.value;
    else inputs[file.as === 'paths' ? 'files' : parameter] = source.input;
  }
  const lock = kind.lock === undefined ? null : locks.of(stage.name);
  if (lock !== null && 'severity' in lock) problems.push(lock as unknown as Diagnostic);
  else if (lock !== null) params['lock'] = lock;
  if (problems.length > 0) return { ok: false, problems };
  for (const [port, from] of Object.entries(stage.needs)) {
    const made = finished(from.stage).map(({ action, record }) =>
      produced(action.label, record.outputs[from.port]!),
    );
    const isGathered =
      kind.inputs === null
        ? finished(from.stage)[0]?.action.label !== from.stage
        : kind.inputs[port]?.gather === true;
    inputs[port] = isGathered ? made : made[0]!;
  }
  if (stage.foreach?.type === 'items' && kind.foreach?.over === 'items')
    inputs[kind.foreach.port] = itemInput(action, stage.foreach.from, finished);
  const target = action.item?.board === undefined ? plan.target : targetFor(action.item.board, plan);
  const own = kind.action({
    params,
    toolchain: stage.toolchain,
    target,
    platform: registry.boards.get(target.board)!.platform,
    cluster: plan.cluster,
    item: action.item,
    board: action.board,
  });
  const spec: ActionSpec = {
    kind: kind.kind,
    recipe: kind.recipe,
    params: own.params,
    inputs: Object.fromEntries(Object.entries(inputs).map(([port, input]) => [port, digestOf(input)])),
    tools: own.tools,
    ...(own.target === undefined ? {} : { target: own.target }),
    run: own.run,
    outputs: kind.outputs(stage.params).map(({ port }) => port),
  };
  return { ok: true, resolved: { action, spec, fingerprint: fingerprintOf(spec), inputs } };
}

function produced(producer: string, artifact: Artifact): InputArtifact {
  return { artifact, sources: null, producer };
}

/** The item's own artifact: a folder of the collection, or what the other stage's action for the same item made. */
function itemInput(action: Action, from: { stage: string; port: string }, finished: Finished): InputArtifact {
  const made = finished(from.stage);
  const collection = made[0]?.record.items[from.port];
  if (collection !== undefined && made[0] !== undefined)
    return produced(made[0].action.label, subtree(made[0].record.outputs[from.port]!, action.item!.id));
  const same = made.find((other) => other.action.item?.position === action.item?.position)!;
  return produced(same.action.label, same.record.outputs[from.port]!);
}

function targetFor(board: string, plan: Plan) {
  const known = plan.cluster.find(({ type }) => type === board);
  return known === undefined ? plan.target : { board, part: known.part, clockMHz: plan.target.clockMHz };
}

function digestOf(input: InputArtifact | readonly InputArtifact[]): ActionInput {
  return 'artifact' in input ? input.artifact.digest : input.map(({ artifact }) => artifact.digest);
}
