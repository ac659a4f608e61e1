import { nameHint } from '../../base/suggest.ts';
import type { StageKind, Toolchain } from '../contracts/stage.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { ConfigDocument, Path } from './document.ts';
import type { Foreach, PlannedStage, Reference } from '../contracts/plan.ts';

/** A stage as written, its schema already checked. */
export interface WrittenStage {
  readonly kind: string;
  readonly needs?: { readonly [port: string]: string };
  readonly after?: readonly string[];
  readonly foreach?: string;
  readonly with?: PlannedStage['params'];
  readonly timeout?: string;
}

type Problem = (code: string, path: Path, message: string, hint?: string, at?: 'key' | 'value') => void;

/** Resolves `needs`, `after` and `foreach` of every stage; what cannot be resolved is reported, all of it. */
export function resolveStages(
  written: { readonly [name: string]: WrittenStage },
  kinds: ReadonlyMap<string, StageKind>,
  toolchain: Toolchain,
  document: ConfigDocument,
): { readonly stages: readonly PlannedStage[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const problem: Problem = (code, path, message, hint, at = 'value') => {
    const place = document.place(path, at);
    diagnostics.push({ code, severity: 'error', message, place, ...(hint === undefined ? {} : { hint }) });
  };
  const stages = Object.entries(written).map(([name, stage]): PlannedStage => {
    const kind = kinds.get(stage.kind)!;
    return {
      name,
      written: name,
      kind: stage.kind,
      params: stage.with ?? {},
      needs: resolveNeeds(name, stage, kind, written, kinds, problem),
      after: (stage.after ?? []).filter((other, index) => {
        const known = Object.hasOwn(written, other);
        if (!known) unknownStage(other, ['stages', name, 'after', index], written, problem);
        return known;
      }),
      foreach: resolveForeach(name, stage, kind, written, kinds, problem),
      timeoutSeconds: stage.timeout === undefined ? null : seconds(stage.timeout),
      toolchain,
    };
  });
  return { stages, diagnostics };
}

type Written = { readonly [name: string]: WrittenStage };
type Kinds = ReadonlyMap<string, StageKind>;

function resolveNeeds(
  name: string,
  stage: WrittenStage,
  kind: StageKind,
  written: Written,
  kinds: Kinds,
  problem: Problem,
) {
  const needs: Record<string, Reference> = {};
  for (const [port, text] of Object.entries(stage.needs ?? {})) {
    const path = ['stages', name, 'needs', port];
    if (kind.inputs === null && (port === 'files' || port === itemPortOf(kind))) {
      const hint = 'call it something else';
      problem(
        'config/reserved-input',
        path,
        `"${port}" is where ${stage.kind} finds its own inputs`,
        hint,
        'key',
      );
      continue;
    }
    if (kind.inputs !== null && !Object.hasOwn(kind.inputs, port)) {
      const message = `"${name}" (${stage.kind}) has no input "${port}"`;
      problem('config/unknown-input', path, message, nameHint(port, Object.keys(kind.inputs)), 'key');
      continue;
    }
    const reference = resolveReference(text, path, written, kinds, problem);
    if (reference === null) continue;
    needs[port] = reference;
    const several = written[reference.stage]?.foreach !== undefined;
    if (several && kind.inputs?.[port] !== undefined && kind.inputs[port].gather !== true)
      problem(
        'config/needs-one',
        path,
        `input "${port}" takes one artifact, but "${reference.stage}" makes one per item`,
      );
  }
  for (const port of Object.keys(kind.inputs ?? {}))
    if (stage.needs?.[port] === undefined)
      problem(
        'config/missing-input',
        ['stages', name],
        `"${name}" (${stage.kind}) needs an input "${port}"`,
        `add needs: {${port}: STAGE}`,
        'key',
      );
  return needs;
}

function resolveForeach(
  name: string,
  stage: WrittenStage,
  kind: StageKind,
  written: Written,
  kinds: Kinds,
  problem: Problem,
): Foreach | null {
  const path = ['stages', name, 'foreach'];
  if (stage.foreach === undefined) {
    if (kind.foreach?.over === 'cluster')
      problem(
        'config/needs-foreach',
        ['stages', name],
        `"${name}" runs once per board`,
        'add foreach: cluster',
        'key',
      );
    if (kind.foreach?.over === 'items' && kind.foreach.required)
      problem(
        'config/needs-foreach',
        ['stages', name],
        `"${name}" runs once per item`,
        'add foreach: STAGE.PORT',
        'key',
      );
    return null;
  }
  if (kind.foreach === null) {
    problem('config/no-foreach', path, `"${name}" (${stage.kind}) runs once and takes no foreach`);
    return null;
  }
  if (kind.foreach.over === 'cluster' || stage.foreach === 'cluster') {
    if (kind.foreach.over === 'cluster' && stage.foreach === 'cluster') return { type: 'cluster' };
    const wanted = kind.foreach.over === 'cluster' ? 'cluster' : 'STAGE.PORT';
    problem(
      'config/wrong-foreach',
      path,
      `"${name}" (${stage.kind}) cannot run foreach ${stage.foreach}`,
      `use foreach: ${wanted}`,
    );
    return null;
  }
  const from = resolveReference(stage.foreach, path, written, kinds, problem);
  if (from === null) return null;
  const source = written[from.stage]!;
  const isCollection = outputsOf(source, kinds).some(
    ({ port, collection }) => port === from.port && collection === true,
  );
  if (!isCollection && (source.foreach === undefined || source.foreach === 'cluster')) {
    problem(
      'config/not-a-collection',
      path,
      `"${stage.foreach}" is a single artifact, not a collection of items`,
    );
    return null;
  }
  return { type: 'items', from };
}

function resolveReference(
  text: string,
  path: Path,
  written: Written,
  kinds: Kinds,
  problem: Problem,
): Reference | null {
  const [stage = '', ...rest] = text.split('.');
  const source = Object.hasOwn(written, stage) ? written[stage] : undefined;
  if (source === undefined) {
    unknownStage(stage, path, written, problem);
    return null;
  }
  const ports = outputsOf(source, kinds).map(({ port }) => port);
  const port = rest.length === 0 ? ports[0] : rest.join('.');
  if (port === undefined || !ports.includes(port)) {
    problem(
      'config/unknown-output',
      path,
      `"${stage}" (${source.kind}) makes no "${port ?? ''}"`,
      nameHint(port ?? '', ports),
    );
    return null;
  }
  return { stage, port };
}

function outputsOf(stage: WrittenStage, kinds: Kinds) {
  return kinds.get(stage.kind)!.outputs(stage.with ?? {});
}

function itemPortOf({ foreach }: StageKind): string | null {
  return foreach?.over === 'items' ? foreach.port : null;
}

function unknownStage(name: string, path: Path, written: Written, problem: Problem): void {
  problem('config/unknown-stage', path, `there is no stage "${name}"`, nameHint(name, Object.keys(written)));
}

function seconds(text: string): number {
  const [, number = '0', unit = 's'] = /^([\d.]+)\s*(s|min|h)$/.exec(text) ?? [];
  return Number(number) * (unit === 'h' ? 3600 : unit === 'min' ? 60 : 1);
}
