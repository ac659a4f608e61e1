import { isAbsolute, normalize } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Registry } from '../contracts/registry.ts';
import type { FileParameter } from '../contracts/stage.ts';
import { readListed } from '../contracts/listed.ts';
import { kindOf } from '../contracts/registry.ts';
import type { ConfigDocument } from './document.ts';
import type { Path } from './nodes.ts';
import type { WrittenStages } from './references.ts';

/**
 * The files outside the project that stages name as inputs (`file/outside`), whatever the kind of the stage. Links in the
 * project may lead out of it: data sets are often linked.
 */
export function filesOutside(
  written: WrittenStages,
  registry: Registry,
  document: ConfigDocument,
): readonly Diagnostic[] {
  return namedFiles(written, registry)
    .flat()
    .filter(({ named }) => isOutside(named))
    .map(({ file, named, path }) =>
      problem(
        'file/outside',
        isAbsolute(named) ? `${file} is not a relative path` : `${file} is outside the project`,
        {
          hint: isAbsolute(named)
            ? 'paths are relative to the folder of pipeline.yaml; copy or link a file into it that is elsewhere'
            : 'inputs are named relative to pipeline.yaml; copy or link the file into the project',
          place: document.place(path),
        },
      ),
    );
}

/** The lists of files and patterns that stages name. */
export function listedFiles(written: WrittenStages, registry: Registry): readonly (readonly NamedFile[])[] {
  return namedFiles(written, registry, ({ as }) => as === 'paths');
}

export interface NamedFile {
  /** As written. */
  readonly file: string;
  /** The path or the pattern in it. */
  readonly named: string;
  /** Where it is named in pipeline.yaml. */
  readonly path: Path;
}

/** What each parameter for files names. */
export function namedFiles(
  written: WrittenStages,
  registry: Registry,
  counts: (parameter: FileParameter) => boolean = () => true,
): readonly (readonly NamedFile[])[] {
  return Object.entries(written).flatMap(([name, stage]) =>
    Object.entries(kindOf(stage, registry).files)
      .filter(([, about]) => counts(about))
      .map(([parameter]) => namedIn(stage.with?.[parameter], ['stages', name, 'with', parameter])),
  );
}

/** The schema of a kind guarantees that a parameter for files is a text or a list of texts. */
function namedIn(value: unknown, path: Path): readonly NamedFile[] {
  if (typeof value === 'string') return [{ file: value, named: value, path }];
  if (!Array.isArray(value)) return [];
  return (value as readonly string[]).map((file, index) => ({
    file,
    named: readListed(file).what,
    path: [...path, index],
  }));
}

function isOutside(file: string): boolean {
  const path = normalize(file);
  return isAbsolute(path) || path === '..' || path.startsWith('../');
}
