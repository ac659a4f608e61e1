import { byteSize } from '../../base/units.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import type { Json } from '../../base/json.ts';
import { member } from '../../base/member.ts';
import type { Check } from '../../core/contracts/check.ts';
import type { PlannedStage } from '../../core/contracts/plan.ts';
import { readListed } from '../../core/contracts/listed.ts';
import { kindOf } from '../../core/contracts/registry.ts';
import type { FileParameter } from '../../core/contracts/stage.ts';
import type { Source } from '../../core/execution/sources.ts';
import { readSource } from '../../core/execution/sources.ts';
import { notAFolder } from '../../core/saving/not-a-folder.ts';
import { blockedAt } from '../../core/saving/write-copy.ts';
import { registry } from '../registry.ts';
import type { Subject } from './subject.ts';

/** The files that parameters of a stage name, the folder for copies of its results, and its entry in pipeline.lock. */
export function fileChecks(stage: PlannedStage, subject: Subject): readonly Check[] {
  const { files, lock } = kindOf(stage, registry);
  const named = Object.entries(stage.params).flatMap(([name, value]) => {
    const parameter = member(files, name);
    return parameter === undefined ? [] : checksOfParameter(name, parameter, value, subject);
  });
  const others = [...named, ...saveChecks(stage, subject)];
  return lock === undefined ? others : [...others, ...lockChecks(stage, subject)];
}

function checksOfParameter(
  name: string,
  parameter: FileParameter,
  value: Json,
  { project: { plan, layout }, context: { digests } }: Subject,
): readonly Check[] {
  const { secrets, patterns } = plan;
  return entriesIn(parameter, value).map(({ name: path, written, at }) => ({
    what: `file ${path}`,
    scope: 'project',
    look: () => {
      const source = readSource(parameter, written, { layout, digests, secrets, patterns });
      if (source.ok) return Promise.resolve(success(sizeOf(source.value)));
      const isPath = parameter.as === 'paths';
      const problems = source.diagnostics.map(({ at: below = [], ...rest }) => ({
        ...rest,
        at: [name, ...(isPath ? at : below)],
      }));
      return Promise.resolve(failure(...problems));
    },
  }));
}

/**
 * What a parameter names, each with the value that names it alone: what a list removes behind it belongs to it. The schema of
 * the stage guarantees that a single file is a string, and paths are a list of strings.
 */
function entriesIn(
  { as }: FileParameter,
  value: Json,
): readonly { readonly name: string; readonly written: Json; readonly at: readonly number[] }[] {
  if (as !== 'paths') return [{ name: value as string, written: value, at: [] }];
  const entries = value as readonly string[];
  const isExclusion = (entry: string): boolean => readListed(entry).isExclusion;
  return entries.flatMap((name, index) =>
    isExclusion(name)
      ? []
      : [{ name, written: [name, ...entries.slice(index + 1).filter(isExclusion)], at: [index] }],
  );
}

function sizeOf(source: Source): string {
  if (source.type === 'value') return 'JSON';
  const { files } = source.input.artifact;
  return byteSize(files.reduce((sum, { size }) => sum + size, 0));
}

/** The folder that gets copies of the results, which may be missing. */
function saveChecks({ save, written }: PlannedStage, { project: { layout } }: Subject): readonly Check[] {
  if (save === null) return [];
  const look = (): Result<string> => {
    const blocked = blockedAt(layout.project, `${save}/x`);
    return blocked === null ? success('can be written') : failure(notAFolder(blocked));
  };
  return [
    {
      ...{ what: `folder ${save}`, scope: 'project', writtenAt: ['stages', written, 'save'] },
      look: () => Promise.resolve(look()),
    },
  ];
}

/** Nothing if the entry is as it should be: a missing pipeline.lock is as good as any. */
function lockChecks({ name }: PlannedStage, { context: { locks } }: Subject): readonly Check[] {
  const found = locks.of(name);
  return found.ok ? [] : [{ what: 'pipeline.lock', scope: 'project', look: () => Promise.resolve(found) }];
}
