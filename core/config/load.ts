import { defined } from '../../base/defined.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import { member } from '../../base/member.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import type { Plan, PlannedStage } from '../contracts/plan.ts';
import type { Registry, Validator } from '../contracts/registry.ts';
import type { Target } from '../contracts/types.ts';
import { addressMistakes } from './address.ts';
import type { WrittenAmounts } from './amounts.ts';
import { amountsOf } from './amounts.ts';
import { clusterMistakes, clusterOf, noCluster, twoDeployments } from './cluster.ts';
import type { ConfigDocument } from './document.ts';
import { readDocument } from './document.ts';
import { filesOutside } from './files.ts';
import { topologicalOrder } from './order.ts';
import { patternsOf } from './patterns.ts';
import { preflight } from './preflight.ts';
import { defaultBoard, impossibleQuantities } from './quantities.ts';
import type { WrittenStages } from './references.ts';
import { resolveStages } from './references.ts';
import { resourceMistakes } from './resources.ts';
import { saveMistakes } from './save.ts';
import { violations } from './violations.ts';

/** Turns the text of a pipeline.yaml into a plan, or reports everything that is wrong with it. */
export async function loadPlan(
  file: string,
  text: string,
  profile: string | null,
  registry: Registry,
  set: readonly string[] = [],
): Promise<Result<Plan>> {
  const read = readDocument(file, text, profile, set);
  if (!read.ok) return read;
  const document = read.value;
  const validators = await registry.validators();
  const malformed = firstOf([
    () => violations(validatorOf(validators, 'envelope'), document.value, document, []),
    () => parameterViolations(writtenStages(document), validators, document),
  ]);
  if (malformed !== null) return failure(...malformed);
  const toolchain = registry.readToolchain(sectionOf(document, 'toolchain'));
  if (!toolchain.ok) return placedIn('toolchain', toolchain.diagnostics, document);
  const stages = stagesOf(file, document, registry, toolchain.value);
  if (!stages.ok) return stages;
  const patterns = patternsOf(writtenStages(document), registry, document);
  if (!patterns.ok) return patterns;
  return success({
    target: targetOf(document.value, registry),
    boardPart: writtenTarget(document.value).boardPart ?? null,
    tools: sectionOf(document, 'tools'),
    secrets: secretsOf(document, registry),
    resources: amountsOf(document.value['resources'] as WrittenAmounts | undefined),
    cache: cacheOf(document),
    remoteCache: remoteCacheOf(document),
    patterns: patterns.value,
    stages: stages.value,
    cluster: clusterOf(document.value, registry),
  });
}

/** The stages that will run, in topological order. */
function stagesOf(
  file: string,
  document: ConfigDocument,
  registry: Registry,
  toolchain: JsonObject,
): Result<readonly PlannedStage[]> {
  const written = writtenStages(document);
  const resolved = resolveStages(written, registry.kinds, toolchain, document);
  const order = topologicalOrder(resolved.stages);
  const wrong = firstOf([
    () => addressMistakes(written, document),
    () => impossibleQuantities(written, document, registry),
    () => filesOutside(written, registry, document),
    () => preflight(written, { registry, toolchain, document }),
    () => resolved.diagnostics,
    () => resourceMistakes(written, registry.kinds, document),
    () => (order.type === 'cycle' ? [cycleDiagnostic(order.names, document)] : []),
    () => clusterMistakes(document),
    () => twoDeployments(resolved.stages, document),
    () => noCluster(resolved.stages, document),
  ]);
  if (wrong !== null) return failure(...wrong);
  const elaborated = topologicalOrder(
    registry.elaborate(order.type === 'ordered' ? order.stages : [], toolchain, sectionOf(document, 'tools')),
  );
  if (elaborated.type === 'cycle')
    throw new Error(`steps wait for each other: ${elaborated.names.join(' → ')}`);
  // What a stage is divided into comes before its result.
  const stages = elaborated.stages.map((stage) =>
    stage.name === stage.written ? stage : { ...stage, save: null },
  );
  const unsaveable = saveMistakes(
    { stages, secrets: secretsOf(document, registry), cache: cacheOf(document), file },
    registry,
    document,
  );
  return unsaveable.length > 0 ? failure(...unsaveable) : success(stages);
}

/** The diagnostics of the first check that finds any; null if none does. Later checks rely on the earlier ones. */
function firstOf(checks: readonly (() => readonly Diagnostic[])[]): readonly Diagnostic[] | null {
  for (const check of checks) {
    const found = check();
    if (found.length > 0) return found;
  }
  return null;
}

function parameterViolations(
  written: WrittenStages,
  validators: { readonly [name: string]: Validator },
  document: ConfigDocument,
): readonly Diagnostic[] {
  return Object.entries(written).flatMap(([name, stage]) =>
    violations(validatorOf(validators, stage.kind), stage.with ?? {}, document, ['stages', name, 'with']),
  );
}

function validatorOf(validators: { readonly [name: string]: Validator }, name: string): Validator {
  return defined(member(validators, name), 'the build compiles a validator for the file and for every kind');
}

function writtenStages({ value }: ConfigDocument): WrittenStages {
  return value['stages'] as unknown as WrittenStages;
}

function sectionOf({ value }: ConfigDocument, name: string): JsonObject {
  return (member(value, name) ?? {}) as JsonObject;
}

function cacheOf({ value }: ConfigDocument): string | null {
  return (value['cache'] as string | undefined) ?? null;
}

function remoteCacheOf({ value }: ConfigDocument): Plan['remoteCache'] {
  const written = value['remote_cache'] as Partial<NonNullable<Plan['remoteCache']>> | undefined;
  return written?.url === undefined ? null : { url: written.url, write: written.write ?? 'ci' };
}

/** The keys that the file, one of its profiles or the command line names, whichever applies: they are all on this machine. */
function secretsOf({ value, written }: ConfigDocument, { secretFiles }: Registry): readonly string[] {
  const { tools, profiles = {} } = written;
  const overlays = isJsonObject(profiles) ? Object.values(profiles).filter(isJsonObject) : [];
  const sections = [tools, ...overlays.map((overlay) => overlay['tools']), value['tools']];
  return [...new Set(sections.flatMap((section) => secretFiles(isJsonObject(section) ? section : {})))];
}

/** Diagnostics whose paths point into a section, at their places in the file. */
function placedIn(section: string, diagnostics: readonly Diagnostic[], document: ConfigDocument) {
  return failure(
    ...diagnostics.map(({ at = [], ...rest }) => ({ ...rest, place: document.place([section, ...at]) })),
  );
}

function cycleDiagnostic(names: readonly string[], document: ConfigDocument): Diagnostic {
  const [first = ''] = names;
  return problem('config/cycle', `stages wait for each other: ${names.join(' → ')}`, {
    place: document.place(['stages', first], 'key'),
    hint: 'an arrow means "needs"; remove one of them',
  });
}

function targetOf(value: JsonObject, registry: Registry): Target {
  const { board = defaultBoard, clock = '100 MHz' } = writtenTarget(value);
  const { part } = defined(registry.boards.get(board), 'the schema admits known boards only');
  return { board, part, clockMHz: Number.parseFloat(clock) };
}

function writtenTarget(value: JsonObject): {
  readonly board?: string;
  readonly clock?: string;
  readonly boardPart?: string;
} {
  return (value['target'] ?? {}) as ReturnType<typeof writtenTarget>;
}
