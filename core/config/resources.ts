import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { member } from '../../base/member.ts';
import { nearest } from '../../base/suggest.ts';
import type { StageKind } from '../contracts/stage.ts';
import type { WrittenAmounts } from './amounts.ts';
import { amountsOf } from './amounts.ts';
import type { ConfigDocument } from './document.ts';
import type { WrittenStages } from './references.ts';

/** Stages that take a resource that no one knows, or more of one than the file says there is. */
export function resourceMistakes(
  stages: WrittenStages,
  kinds: ReadonlyMap<string, StageKind>,
  document: ConfigDocument,
): readonly Diagnostic[] {
  const resources = amountsOf(document.value['resources'] as WrittenAmounts | undefined);
  const usual = [...kinds.values()].flatMap(({ uses = {} }) => Object.keys(uses));
  const known = [...new Set(['cores', 'memory', ...usual, ...Object.keys(resources)])];
  return Object.entries(stages).flatMap(([stage, { uses = {} }]) =>
    Object.entries(amountsOf(uses)).flatMap(([name, amount]) => {
      const path = ['stages', stage, 'uses', name];
      if (!known.includes(name)) {
        const close = nearest(name, known);
        const meant = close === null ? '' : `did you mean ${close}? If not, `;
        const hint = `${meant}say how much there is of it, such as resources: {${name}: 2}`;
        const place = document.place(path, 'key');
        return [problem('config/unknown-resource', `there is no resource "${name}"`, { place, hint })];
      }
      const there = member(resources, name);
      if (there === undefined || amount <= there) return [];
      const message = `"${stage}" takes more ${name} than there is: ${member(uses, name) ?? ''} of ${textOf(name, document)}`;
      return [problem('config/too-much', message, { place: document.place(path) })];
    }),
  );
}

function textOf(name: string, document: ConfigDocument): string {
  return String(member((document.value['resources'] ?? {}) as WrittenAmounts, name) ?? '');
}
