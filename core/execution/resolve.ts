import { defined } from '../../base/defined.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import { member } from '../../base/member.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import { fingerprintOf, subtree } from '../contracts/artifact.ts';
import type { Plan } from '../contracts/plan.ts';
import type { ActionInput, ActionRecord, ActionSpec, Artifact, Target } from '../contracts/types.ts';
import type { Action, InputArtifact, ResolvedAction } from './action.ts';
import type { ExecutionContext } from './context.ts';
import { readSource } from './sources.ts';

/** The results of finished actions: the label and record of each action of a stage. */
export type Finished = (
  stage: string,
) => readonly { readonly action: Action; readonly record: ActionRecord }[];

type Context = Pick<ExecutionContext, 'registry' | 'layout' | 'digests' | 'locks'>;
type Inputs = ResolvedAction['inputs'];

/** Collects everything an action depends on into its spec; all upstream actions must be done. */
export function resolve(
  action: Action,
  plan: Plan,
  finished: Finished,
  context: Context,
): Result<ResolvedAction> {
  const read = readParameters(action, plan, context);
  if (!read.ok) return read;
  const { params, files } = read.value;
  const inputs = { ...files, ...madeInputs(action, finished) };
  const spec = specOf(action, params, inputs, plan, context);
  return success({ action, spec, fingerprint: fingerprintOf(spec), inputs });
}

/** The parameters including parsed files, and the files that are inputs. */
function readParameters(
  { stage, kind, item }: Action,
  { secrets, patterns }: Plan,
  { layout, digests, locks }: Context,
): Result<{ readonly params: JsonObject; readonly files: Inputs }> {
  const params: Record<string, Json> = {};
  const files: Record<string, InputArtifact> = {};
  const problems: Diagnostic[] = [];
  for (const [name, value] of Object.entries(stage.params)) {
    const file = member(kind.files, name);
    if (file === undefined) {
      params[name] = value;
      continue;
    }
    const source = readSource(file, value, { layout, digests, secrets, patterns });
    if (!source.ok)
      problems.push(...source.diagnostics.map(({ at = [], ...rest }) => ({ ...rest, at: [name, ...at] })));
    else if (source.value.type === 'value') params[name] = source.value.value;
    else files[file.as === 'paths' ? 'files' : name] = source.value.input;
  }
  const lock = kind.lock === undefined ? success(null) : locks.of(stage.name);
  if (!lock.ok) {
    problems.push(...lock.diagnostics);
  } else {
    // A stage over items keeps a decision for each of them, by its id.
    const own = item === null ? lock.value : (member(lock.value ?? {}, item.id) ?? null);
    if (own !== null) params['lock'] = own;
  }
  return problems.length > 0 ? failure(...problems) : success({ params, files });
}

/** The outputs of other actions, by input port. */
function madeInputs(action: Action, finished: Finished): Inputs {
  const { stage, kind } = action;
  const inputs: Record<string, Inputs[string]> = {};
  for (const [port, need] of Object.entries(stage.needs)) {
    const made = finished(need.stage);
    // A step may need another step over the same items.
    const own = made.find((other) => isSameItem(other.action, action)) ?? made[0];
    inputs[port] = need.isGathered
      ? made.map((other) => outputOf(other, need.port))
      : outputOf(defined(own, 'all that an action needs is done'), need.port);
  }
  if (stage.foreach?.type === 'items' && kind.foreach?.over === 'items')
    inputs[kind.foreach.port] = itemInput(action, stage.foreach.from, finished);
  return inputs;
}

function specOf(
  { stage, kind, item, board }: Action,
  params: JsonObject,
  inputs: Inputs,
  plan: Plan,
  { registry }: Context,
): ActionSpec {
  const target = item?.board === undefined ? plan.target : targetFor(item.board, plan);
  const { platform } = defined(registry.boards.get(target.board), 'targets are of known board types');
  const { toolchain } = stage;
  const { cluster } = plan;
  const boardPart = target.board === plan.target.board ? plan.boardPart : null;
  const own = kind.action({ params, toolchain, target, platform, boardPart, cluster, item, board });
  return {
    kind: kind.kind,
    recipe: kind.recipe,
    params: own.params,
    inputs: Object.fromEntries(Object.entries(inputs).map(([port, input]) => [port, digestOf(input)])),
    tools: own.tools,
    ...(own.target === undefined ? {} : { target: own.target }),
    run: own.run,
    outputs: kind.outputs(stage.params).map(({ port }) => port),
  };
}

/** The item's own artifact: a folder of the collection, or the output of the other stage's action for the same item. */
function itemInput(
  action: Action,
  from: { readonly stage: string; readonly port: string },
  finished: Finished,
): InputArtifact {
  const { id } = defined(action.item, 'a stage over items has one action per item');
  const made = finished(from.stage);
  const [first] = made;
  if (first !== undefined && member(first.record.items, from.port) !== undefined) {
    const collection = outputOf(first, from.port);
    return { ...collection, artifact: subtree(collection.artifact, id) };
  }
  const same = made.find((other) => isSameItem(other.action, action));
  return outputOf(defined(same, 'all that an action needs is done'), from.port);
}

function isSameItem(one: Action, other: Action): boolean {
  return one.item !== null && one.item.position === other.item?.position;
}

function outputOf({ action, record }: ReturnType<Finished>[number], port: string): InputArtifact {
  const artifact: Artifact = defined(member(record.outputs, port), 'a record holds every declared output');
  return { artifact, sources: null, producer: action.label };
}

function targetFor(board: string, plan: Plan): Target {
  const known = plan.cluster.find(({ type }) => type === board);
  return known === undefined ? plan.target : { board, part: known.part, clockMHz: plan.target.clockMHz };
}

function digestOf(input: Inputs[string]): ActionInput {
  return 'artifact' in input ? input.artifact.digest : input.map(({ artifact }) => artifact.digest);
}
