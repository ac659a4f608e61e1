import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { member } from '../../base/member.ts';
import { nameHint } from '../../base/suggest.ts';
import type { Foreach, Need, PlannedStage, Reference } from '../contracts/plan.ts';
import { kindOf } from '../contracts/registry.ts';
import type { StageKind } from '../contracts/stage.ts';
import type { WrittenAmounts } from './amounts.ts';
import { amountsOf } from './amounts.ts';
import type { ConfigDocument } from './document.ts';
import type { Path } from './nodes.ts';
import { saveFolder } from './save-folder.ts';

/** A stage as written, its schema already checked. */
export interface WrittenStage {
  readonly kind: string;
  readonly needs?: { readonly [port: string]: string };
  readonly after?: readonly string[];
  readonly foreach?: string;
  readonly with?: PlannedStage['params'];
  readonly timeout?: string;
  readonly uses?: WrittenAmounts;
  readonly save?: string;
}

export type WrittenStages = { readonly [name: string]: WrittenStage };

/** The tables for looking up references, and the collector of their problems. */
interface Scope {
  readonly written: WrittenStages;
  readonly kinds: ReadonlyMap<string, StageKind>;
  readonly report: (code: string, path: Path, message: string, hint?: string, mark?: 'key' | 'value') => void;
}

/** A stage of the file, with the tables for looking up its references. */
interface Entry {
  readonly name: string;
  readonly stage: WrittenStage;
  readonly kind: StageKind;
  readonly scope: Scope;
}

/** Resolves `needs`, `after` and `foreach` of every stage; reports all that cannot be resolved. */
export function resolveStages(
  written: WrittenStages,
  kinds: ReadonlyMap<string, StageKind>,
  toolchain: PlannedStage['toolchain'],
  document: ConfigDocument,
): { readonly stages: readonly PlannedStage[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const report: Scope['report'] = (code, path, message, hint, mark = 'value') => {
    diagnostics.push(problem(code, message, { place: document.place(path, mark), hint }));
  };
  const scope = { written, kinds, report };
  const stages = Object.entries(written).map(([name, stage]): PlannedStage => {
    const entry = { name, stage, kind: kindOf(stage, scope), scope };
    return {
      name,
      written: name,
      kind: stage.kind,
      params: stage.with ?? {},
      needs: resolveNeeds(entry),
      after: resolveAfter(entry),
      foreach: resolveForeach(entry),
      timeoutSeconds: stage.timeout === undefined ? null : seconds(stage.timeout),
      uses: amountsOf(stage.uses),
      save: stage.save === undefined ? null : saveFolder(stage.save),
      toolchain,
      runner: null,
    };
  });
  return { stages, diagnostics };
}

function resolveNeeds(entry: Entry): PlannedStage['needs'] {
  const { name, stage, kind, scope } = entry;
  const needs = Object.entries(stage.needs ?? {}).flatMap(([port, text]) => {
    const need = resolveNeed(port, text, entry);
    return need === null ? [] : [[port, need] as const];
  });
  for (const port of Object.keys(kind.inputs ?? {}))
    if (member(stage.needs ?? {}, port) === undefined)
      scope.report(
        'config/missing-input',
        ['stages', name],
        `"${name}" (${stage.kind}) needs an input "${port}"`,
        `add needs: {${port}: STAGE}`,
        'key',
      );
  return Object.fromEntries(needs);
}

function resolveNeed(port: string, text: string, { name, stage, kind, scope }: Entry): Need | null {
  const path = ['stages', name, 'needs', port];
  if (kind.inputs === null && (port === 'files' || port === itemPortOf(kind))) {
    const message = `"${port}" is reserved for inputs of ${stage.kind} itself`;
    scope.report('config/reserved-input', path, message, 'choose another name', 'key');
    return null;
  }
  const input = member(kind.inputs ?? {}, port);
  if (kind.inputs !== null && input === undefined) {
    const message = `"${name}" (${stage.kind}) has no input "${port}"`;
    scope.report('config/unknown-input', path, message, nameHint(port, Object.keys(kind.inputs)), 'key');
    return null;
  }
  const reference = resolveReference(text, path, scope);
  if (reference === null) return null;
  const isOfSeveral = member(scope.written, reference.stage)?.foreach !== undefined;
  if (isOfSeveral && input !== undefined && input.gather !== true)
    scope.report(
      'config/needs-one',
      path,
      `input "${port}" takes one artifact, but "${reference.stage}" makes one per item`,
    );
  return { ...reference, isGathered: kind.inputs === null ? isOfSeveral : input?.gather === true };
}

function resolveAfter({ name, stage, scope }: Entry): readonly string[] {
  return (stage.after ?? []).filter((other, index) => {
    const isKnown = Object.hasOwn(scope.written, other);
    if (!isKnown) reportUnknownStage(other, ['stages', name, 'after', index], scope);
    return isKnown;
  });
}

function resolveForeach(entry: Entry): Foreach | null {
  const { name, stage, kind, scope } = entry;
  const path = ['stages', name, 'foreach'];
  if (stage.foreach === undefined) {
    reportMissingForeach(entry);
    return null;
  }
  if (kind.foreach === null) {
    scope.report('config/no-foreach', path, `"${name}" (${stage.kind}) runs once and takes no foreach`);
    return null;
  }
  if (kind.foreach.over === 'cluster' && stage.foreach === 'cluster') return { type: 'cluster' };
  if (kind.foreach.over === 'cluster' || stage.foreach === 'cluster') {
    const expected = kind.foreach.over === 'cluster' ? 'cluster' : 'STAGE.PORT';
    const message = `"${name}" (${stage.kind}) cannot run foreach ${stage.foreach}`;
    scope.report('config/wrong-foreach', path, message, `use foreach: ${expected}`);
    return null;
  }
  const from = resolveReference(stage.foreach, path, scope);
  if (from === null) return null;
  if (!hasItems(from, scope)) {
    const message = `"${stage.foreach}" is a single artifact, not a collection of items`;
    scope.report('config/not-a-collection', path, message);
    return null;
  }
  return { type: 'items', from };
}

function reportMissingForeach({ name, kind, scope }: Entry): void {
  const { foreach } = kind;
  const path = ['stages', name];
  if (foreach?.over === 'cluster')
    scope.report(
      'config/needs-foreach',
      path,
      `"${name}" runs once per board`,
      'add foreach: cluster',
      'key',
    );
  if (foreach?.over === 'items' && foreach.required)
    scope.report(
      'config/needs-foreach',
      path,
      `"${name}" runs once per item`,
      'add foreach: STAGE.PORT',
      'key',
    );
}

/** Whether it names a collection, or the outputs of a stage that runs for each item of one. */
function hasItems({ stage, port }: Reference, scope: Scope): boolean {
  const source = member(scope.written, stage);
  if (source === undefined) return false;
  if (source.foreach !== undefined && source.foreach !== 'cluster') return true;
  return outputsOf(source, scope).some((output) => output.port === port && output.collection === true);
}

function resolveReference(text: string, path: Path, scope: Scope): Reference | null {
  const [stage = '', ...rest] = text.split('.');
  const source = member(scope.written, stage);
  if (source === undefined) {
    reportUnknownStage(stage, path, scope);
    return null;
  }
  const ports = outputsOf(source, scope).map(({ port }) => port);
  const port = rest.length === 0 ? ports[0] : rest.join('.');
  if (port === undefined || !ports.includes(port)) {
    const message = `"${stage}" (${source.kind}) has no output "${port ?? ''}"`;
    scope.report('config/unknown-output', path, message, nameHint(port ?? '', ports));
    return null;
  }
  return { stage, port };
}

function outputsOf(stage: WrittenStage, scope: Scope) {
  return kindOf(stage, scope).outputs(stage.with ?? {});
}

function itemPortOf({ foreach }: StageKind): string | null {
  return foreach?.over === 'items' ? foreach.port : null;
}

function reportUnknownStage(name: string, path: Path, { written, report }: Scope): void {
  report('config/unknown-stage', path, `there is no stage "${name}"`, nameHint(name, Object.keys(written)));
}

function seconds(text: string): number {
  const [, number = '0', unit = 's'] = /^([\d.]+)\s*(s|min|h)$/.exec(text) ?? [];
  return Number(number) * (unit === 'h' ? 3600 : unit === 'min' ? 60 : 1);
}
