import { basename, dirname, resolve } from 'node:path';
import type { Accelerator } from '../boards/package/accelerator.ts';
import type { Package } from '../boards/package/directory.ts';
import { readPackage, verifyPackage } from '../boards/package/directory.ts';
import type { Boundary } from '../boards/package/format.ts';
import { bytesOf, packedBoundary } from '../boards/package/format.ts';
import { checkPayload } from '../boards/package/payload.ts';
import { diagnosticsOf } from '../base/refusal.ts';
import { diskStore } from '../cache/disk/store.ts';
import { layoutOf } from '../core/state/layout.ts';
import { openLedger } from '../core/state/ledger.ts';
import { nameHint } from '../base/suggest.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { FileEntry } from '../core/contracts/types.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { kindOfPath } from './kind-of-path.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { refuse } from './options.ts';
import { packageLines } from './package-lines.ts';
import { missingProject } from './project.ts';

/**
 * `pipeline inspect PACKAGE`: verifies a package and tells what it is. PACKAGE is a folder with a package.json, that file, or
 * the action whose last result is the package, such as `package/0`.
 */
export async function inspect(named: string, options: CommonOptions): Promise<ExitCode> {
  const environment = readEnvironment(options.directory);
  const { out } = environment;
  const isJson = options.json === true;
  const tell = (diagnostics: readonly Diagnostic[]): ExitCode => {
    refuse(diagnostics, isJson, environment);
    return diagnostics.every(({ code }) => code.startsWith('usage/')) ? 2 : 1;
  };
  const folder = folderOf(named, environment);
  const kept = folder === null ? await keptFiles(named, environment) : null;
  if (kept !== null && 'code' in kept) return tell([kept]);
  try {
    const found = kept === null ? await readPackage(folder!, named) : await verifyPackage(kept.read, named);
    const accelerator = checkPayload(found);
    if (isJson) out.write(`${JSON.stringify(asJson(found, accelerator))}\n`);
    else out.write(`${packageLines(found, accelerator, out).join('\n')}\n`);
    return 0;
  } catch (error) {
    return tell(diagnosticsOf(error));
  }
}

/** The folder that is named, itself or by its package.json; null where no such path exists. */
function folderOf(named: string, { project }: Environment): string | null {
  const path = resolve(project, named);
  const kind = kindOfPath(path);
  if (kind === null) return null;
  return kind === 'file' && basename(path) === 'package.json' ? dirname(path) : path;
}

interface KeptFiles {
  readonly read: (path: string) => Promise<Uint8Array | null>;
}

/** The files of the package that an action made last, from the cache. */
async function keptFiles(label: string, { project }: Environment): Promise<KeptFiles | Diagnostic> {
  const problem = (code: string, message: string, hint: string): Diagnostic => ({
    code,
    severity: 'error',
    message,
    hint,
  });
  const missing = missingProject(project);
  if (missing !== null)
    return problem('usage/no-package', `there is no folder ${label}`, 'name a folder with a package.json');
  const layout = layoutOf(project);
  const ledger = openLedger(layout);
  const packages = ledger.labels().filter((each) => packageIn(ledger.entry(each)?.record.outputs) !== null);
  const record = ledger.entry(label)?.record;
  if (record === undefined)
    return problem(
      'usage/unknown-target',
      `there is no folder ${label}, and nothing is known of such an action`,
      packages.length === 0 ? 'pipeline run makes the packages of this project' : nameHint(label, packages),
    );
  const files = packageIn(record.outputs);
  if (files === null)
    return problem(
      'usage/no-package',
      `${label} made no package`,
      packages.length === 0
        ? 'pipeline run makes the packages of this project'
        : `name one of ${packages.join(', ')}`,
    );
  const store = diskStore(layout.cache);
  const contents = new Map<string, Uint8Array>();
  for (const file of files) {
    const bytes = await store.read(file);
    if (bytes !== null) contents.set(file.path, bytes);
  }
  if (contents.size < files.length)
    return problem(
      'cache/package-gone',
      `the package of ${label} is no longer whole in the cache`,
      `pipeline run ${label} --force makes it anew`,
    );
  return { read: (path) => Promise.resolve(contents.get(path) ?? null) };
}

/** The files of the output that holds a package.json. */
function packageIn(
  outputs: { readonly [port: string]: { readonly files: readonly FileEntry[] } } = {},
): readonly FileEntry[] | null {
  const isPackage = (files: readonly FileEntry[]): boolean =>
    files.some(({ path }) => path === 'package.json');
  return Object.values(outputs).find(({ files }) => isPackage(files))?.files ?? null;
}

function asJson({ id, description }: Package, accelerator: Accelerator | null): object {
  const side = (boundary: Boundary) => ({
    ...boundary,
    packed: packedBoundary(boundary),
    bytes: bytesOf(boundary),
  });
  const { input, output } = description;
  return { type: 'package', id, ...description, input: side(input), output: side(output), accelerator };
}
