import { isAbsolute, normalize } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Registry } from '../contracts/registry.ts';
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
  return Object.entries(written).flatMap(([name, stage]) => {
    const parameters = Object.keys(kindOf(stage, registry).files);
    return parameters.flatMap((parameter) =>
      namedIn(stage.with?.[parameter], ['stages', name, 'with', parameter])
        .filter(({ file }) => isOutside(file))
        .map(({ file, path }) =>
          problem(
            'file/outside',
            isAbsolute(file) ? `${file} is not a relative path` : `${file} is outside the project`,
            {
              hint: isAbsolute(file)
                ? 'paths are relative to the folder of pipeline.yaml; copy or link a file into it that is elsewhere'
                : 'inputs are named relative to pipeline.yaml; copy or link the file into the project',
              place: document.place(path),
            },
          ),
        ),
    );
  });
}

interface NamedFile {
  readonly file: string;
  /** Where it is named in pipeline.yaml. */
  readonly path: Path;
}

/** The schema of a kind guarantees that a parameter for files is a text or a list of texts. */
function namedIn(value: unknown, path: Path): readonly NamedFile[] {
  if (typeof value === 'string') return [{ file: value, path }];
  if (!Array.isArray(value)) return [];
  return (value as readonly string[]).map((file, index) => ({ file, path: [...path, index] }));
}

function isOutside(file: string): boolean {
  const path = normalize(file);
  return isAbsolute(path) || path === '..' || path.startsWith('../');
}
