import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Registry } from '../contracts/registry.ts';
import { kindOf } from '../contracts/registry.ts';
import type { ConfigDocument } from './document.ts';
import type { WrittenStages } from './references.ts';

interface Subject {
  readonly registry: Registry;
  readonly toolchain: JsonObject;
  readonly document: ConfigDocument;
}

/** Asks the kind of every stage what prevents it from running, before anything runs. */
export function preflight(
  written: WrittenStages,
  { registry, toolchain, document }: Subject,
): readonly Diagnostic[] {
  return Object.entries(written).flatMap(([name, stage]) => {
    const problems = kindOf(stage, registry).preflight?.({ name, params: stage.with ?? {}, toolchain }) ?? [];
    return problems.map(({ code, message, hint, at, mark }) =>
      problem(code, message, { hint, place: document.place(['stages', name, ...at], mark) }),
    );
  });
}
