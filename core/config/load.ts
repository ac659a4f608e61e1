import type { Registry } from '../contracts/registry.ts';
import type { Toolchain } from '../contracts/stage.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Target } from '../contracts/types.ts';
import { clusterMistakes, clusterOf } from './cluster.ts';
import type { ConfigDocument } from './document.ts';
import { readDocument } from './document.ts';
import { topologicalOrder } from './order.ts';
import type { Plan } from '../contracts/plan.ts';
import type { WrittenStage } from './references.ts';
import { resolveStages } from './references.ts';
import { vivadoVersion } from './schema.ts';
import { violations } from './violations.ts';

export type Loaded =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Turns the text of a pipeline.yaml into a plan, or says everything that is wrong with it. */
export async function loadPlan(
  file: string,
  text: string,
  profile: string | null,
  registry: Registry,
): Promise<Loaded> {
  const document = readDocument(file, text, profile);
  if ('length' in document) return { ok: false, diagnostics: document };
  const validators = await registry.validators();
  const outer = violations(validators['envelope']!, document.value, document, []);
  if (outer.length > 0) return { ok: false, diagnostics: outer };
  const written = document.value['stages'] as unknown as { readonly [name: string]: WrittenStage };
  const inner = Object.entries(written).flatMap(([name, stage]) =>
    violations(validators[stage.kind]!, stage.with ?? {}, document, ['stages', name, 'with']),
  );
  if (inner.length > 0) return { ok: false, diagnostics: inner };
  const toolchain = toolchainOf(document.value);
  if (toolchain.backend === 'vivado' && !new RegExp(vivadoVersion).test(toolchain.vivado ?? ''))
    return { ok: false, diagnostics: [versionDiagnostic(document)] };
  const foreign = forOtherFrontends(written, registry, toolchain, document);
  if (foreign.length > 0) return { ok: false, diagnostics: foreign };
  const { stages, diagnostics } = resolveStages(written, registry.kinds, toolchain, document);
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const order = topologicalOrder(stages);
  if (order.type === 'cycle') return { ok: false, diagnostics: [cycleDiagnostic(order.names, document)] };
  const elaborated = topologicalOrder(registry.elaborate(order.stages, toolchain));
  if (elaborated.type === 'cycle')
    throw new Error(`steps wait for each other: ${elaborated.names.join(' → ')}`);
  const mistakes = clusterMistakes(document);
  if (mistakes.length > 0) return { ok: false, diagnostics: mistakes };
  const cluster = clusterOf(document.value, registry);
  const [first, second] = stages.filter(({ foreach }) => foreach?.type === 'cluster');
  if (first !== undefined && second !== undefined) {
    const place = document.place(['stages', second.name], 'key');
    const message = `"${first.name}" and "${second.name}" would both change the boards of the cluster`;
    const hint = 'the boards can hold one deployment; use a profile for another';
    return {
      ok: false,
      diagnostics: [{ code: 'config/two-deployments', severity: 'error', message, place, hint }],
    };
  }
  const lonely = stages.find(({ foreach }) => foreach?.type === 'cluster' && cluster.length === 0);
  if (lonely !== undefined) {
    const place = document.place(['stages', lonely.name, 'foreach']);
    const message = `"${lonely.name}" runs once per board, but the file names no boards`;
    const hint = 'add cluster: {zed0: {board: zedboard}}';
    return {
      ok: false,
      diagnostics: [{ code: 'config/no-cluster', severity: 'error', message, place, hint }],
    };
  }
  return {
    ok: true,
    plan: {
      target: targetOf(document.value, registry),
      tools: (document.value['tools'] ?? {}) as JsonObject,
      stages: elaborated.stages,
      cluster,
    },
  };
}

function cycleDiagnostic(names: readonly string[], document: ConfigDocument): Diagnostic {
  return {
    code: 'config/cycle',
    severity: 'error',
    message: `stages wait for each other: ${names.join(' → ')}`,
    place: document.place(['stages', names[0]!], 'key'),
    hint: 'an arrow means "needs"; take one of them away',
  };
}

function versionDiagnostic(document: ConfigDocument): Diagnostic {
  return {
    code: 'config/no-vivado-version',
    severity: 'error',
    message: 'the back end vivado needs the version that builds, since it enters every key',
    place: document.place(['toolchain']),
    hint: 'add vivado: 2024.2, or the version you have',
  };
}

/** Parameters that the front end of this toolchain would pass over. */
function forOtherFrontends(
  written: { readonly [name: string]: WrittenStage },
  registry: Registry,
  { frontend: chosen }: Toolchain,
  document: ConfigDocument,
): readonly Diagnostic[] {
  return Object.entries(written).flatMap(([name, stage]) =>
    (registry.kinds.get(stage.kind)!.frontends ?? [])
      .filter(({ parameter, frontend }) => frontend !== chosen && isGiven(stage.with, parameter))
      .map(({ parameter, frontend }) => ({
        code: 'config/other-frontend',
        severity: 'error' as const,
        message: `"${parameter.join('.')}" of "${name}" is for the front end ${frontend}; the front end ${chosen} cannot follow it`,
        place: document.place(['stages', name, 'with', ...parameter], 'key'),
        hint: `use toolchain: {frontend: ${frontend}}, or take "${parameter.join('.')}" away`,
      })),
  );
}

function isGiven(params: unknown, [key, ...more]: readonly string[]): boolean {
  if (key === undefined) return true;
  return typeof params === 'object' && params !== null && Object.hasOwn(params, key)
    ? isGiven((params as JsonObject)[key], more)
    : false;
}

function toolchainOf(value: JsonObject): Toolchain {
  const written = (value['toolchain'] ?? {}) as {
    frontend?: Toolchain['frontend'];
    backend?: Toolchain['backend'];
    vivado?: string | number;
    'cross-check'?: boolean;
  };
  return {
    frontend: written.frontend ?? 'embedded',
    backend: written.backend ?? 'emulated',
    vivado: written.vivado === undefined ? null : String(written.vivado),
    crossCheck: written['cross-check'] ?? true,
  };
}

function targetOf(value: JsonObject, registry: Registry): Target {
  const { board = 'zedboard', clock = '100 MHz' } = (value['target'] ?? {}) as {
    board?: string;
    clock?: string;
  };
  return { board, part: registry.boards.get(board)!.part, clockMHz: Number.parseFloat(clock) };
}
