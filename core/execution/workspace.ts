import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defined } from '../../base/defined.ts';
import { canonicalJson } from '../../base/digest.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Store } from '../contracts/store.ts';
import type { ActionSpec } from '../contracts/types.ts';
import type { InputArtifact, ResolvedAction } from './action.ts';

export type Prepared =
  | { readonly type: 'ready' }
  /** A blob of the store is missing or damaged: what made it has to run again. */
  | { readonly type: 'damaged'; readonly producer: string; readonly path: string }
  /** A file of the project is no longer what was fingerprinted. */
  | { readonly type: 'changed'; readonly path: string };

/**
 * Fills a new work directory: `in/<port>/…`, several artifacts of a port as `in/<port>/00/…`, `in/params.json`,
 * `templates/`, `out/`.
 */
export async function prepare(
  resolved: ResolvedAction,
  directory: string,
  project: string,
  templates: string,
  store: Store,
): Promise<Prepared> {
  mkdirSync(join(directory, 'in'), { recursive: true });
  mkdirSync(join(directory, 'out'));
  writeFileSync(join(directory, 'in', 'params.json'), JSON.stringify(parametersOf(resolved.spec), null, 1));
  for (const [port, input] of Object.entries(resolved.inputs)) {
    const folder = join(directory, 'in', port);
    const parts =
      'artifact' in input
        ? [{ input, folder }]
        : input.map((one, at) => ({ input: one, folder: join(folder, numbered(at, input.length)) }));
    for (const part of parts) {
      mkdirSync(part.folder, { recursive: true });
      const outcome = await layOut(part.input, part.folder, project, store);
      if (outcome.type !== 'ready') return outcome;
    }
  }
  const { run } = resolved.spec;
  if (run.type === 'process')
    for (const name of run.templates ?? [])
      cpSync(join(templates, name), join(directory, 'templates', name), { recursive: true });
  return { type: 'ready' };
}

/**
 * The input to the job: the parameters, and the target if the stage builds for one. In canonical order, as in the key: a job
 * that looks at the order in which a file names things would make something else under the same key.
 */
export function parametersOf({ params, target }: ActionSpec): JsonObject {
  return JSON.parse(canonicalJson(target === undefined ? params : { ...params, target })) as JsonObject;
}

async function layOut(
  input: InputArtifact,
  folder: string,
  project: string,
  store: Store,
): Promise<Prepared> {
  for (const entry of input.artifact.files) {
    const source = input.sources?.get(entry.path);
    const put = () => store.putFile(entry, join(folder, entry.path));
    const isThere = source === undefined || (await store.holds([entry]));
    if (isThere && (await put())) continue;
    if (source === undefined) return damaged(input, entry.path);
    const taken = await store.takeFile(entry.path, join(project, source), false);
    if (taken?.digest !== entry.digest || !(await put())) return { type: 'changed', path: source };
  }
  return { type: 'ready' };
}

function damaged({ producer }: InputArtifact, path: string): Prepared {
  const maker = defined(producer, 'an input without files of the project was made by an action');
  return { type: 'damaged', producer: maker, path };
}

/** Of equal length, so that names sort as positions do. */
function numbered(position: number, count: number): string {
  return String(position).padStart(Math.max(2, String(count - 1).length), '0');
}
