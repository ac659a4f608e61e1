import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../base/json.ts';
import { isJsonObject } from '../base/json.ts';
import type { Result } from '../base/result.ts';
import { success } from '../base/result.ts';
import { readDocument } from '../core/config/document.ts';
import type { Layout } from '../core/state/layout.ts';
import { sourceOf } from './variant.ts';

/** What the pipeline files of a project name. */
export interface WrittenNames {
  /** Whether a result of an action, by its label, can be current in a variant: trials have none. */
  readonly hasCurrent: (variant: string | null, label: string) => boolean;
  /** Whether an action, by its label, is one of a stage that exists in one of the files looked at, with some profile. */
  readonly hasAction: (label: string) => boolean;
}

/** Reads the names in the file of the layout, and in others when they are asked for. */
export function writtenNames({ project, file: own }: Layout): Result<WrittenNames> {
  const names = namesIn(project, own);
  if (!names.ok) return names;
  const known = new Map<string, FileNames | null>([[own, names.value]]);
  const namesOf = (file: string): FileNames | null => {
    if (!known.has(file)) known.set(file, existsSync(join(project, file)) ? namesOrAny(project, file) : null);
    return known.get(file) ?? null;
  };
  return success({
    hasCurrent(variant, label) {
      const source = sourceOf(variant);
      const found = source === null ? null : namesOf(source.file);
      if (source === null || found === null) return false;
      return (source.profile === null || found.hasProfile(source.profile)) && found.hasAction(label);
    },
    hasAction: (label) => [...known.values()].some((found) => found?.hasAction(label) === true),
  });
}

interface FileNames {
  readonly hasProfile: (name: string) => boolean;
  readonly hasAction: (label: string) => boolean;
}

/** A file that cannot be read for now may name anything. */
function namesOrAny(project: string, file: string): FileNames {
  const names = namesIn(project, file);
  return names.ok ? names.value : { hasProfile: () => true, hasAction: () => true };
}

function namesIn(project: string, file: string): Result<FileNames> {
  const document = readDocument(file, readFileSync(join(project, file), 'utf8'), null);
  if (!document.ok) return document;
  const { stages, profiles } = document.value.value;
  const overlays = membersOf(profiles);
  const names = new Set([
    ...membersOf(stages).keys(),
    ...[...overlays.values()].flatMap((overlay) => [...stagesOf(overlay)]),
  ]);
  return success({
    hasProfile: (name) => overlays.has(name),
    // The steps of a stage have its name in front.
    hasAction: (label) => names.has(label.split(/[/.]/)[0] ?? label),
  });
}

function stagesOf(overlay: Json): Iterable<string> {
  return isJsonObject(overlay) ? membersOf(overlay['stages']).keys() : [];
}

function membersOf(value: Json | undefined): ReadonlyMap<string, Json> {
  return new Map(isJsonObject(value) ? Object.entries(value) : []);
}
