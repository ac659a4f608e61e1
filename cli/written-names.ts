import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../base/json.ts';
import { isJsonObject } from '../base/json.ts';
import type { Result } from '../base/result.ts';
import { success } from '../base/result.ts';
import { readDocument } from '../core/config/document.ts';
import type { Layout } from '../core/state/layout.ts';
import { pipelineFile } from './project.ts';

/** What pipeline.yaml names, whichever profile is applied. */
export interface WrittenNames {
  readonly hasProfile: (name: string) => boolean;
  /** Whether an action, by its label, is one of a stage that exists with some profile. */
  readonly hasAction: (label: string) => boolean;
}

/** Reads the names. */
export function writtenNames({ project }: Layout): Result<WrittenNames> {
  const document = readDocument(pipelineFile, readFileSync(join(project, pipelineFile), 'utf8'), null);
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
