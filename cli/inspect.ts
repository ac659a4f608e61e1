import { basename, dirname, resolve } from 'node:path';
import type { Accelerator } from '../boards/package/accelerator.ts';
import type { Package } from '../boards/package/directory.ts';
import { readPackage, verifyPackage } from '../boards/package/directory.ts';
import type { Boundary } from '../boards/package/format.ts';
import { bytesOf, packedBoundary } from '../boards/package/format.ts';
import { checkPayload } from '../boards/package/payload.ts';
import { attempt, attemptLater } from '../base/refusal.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import { layoutOf } from '../core/state/layout.ts';
import type { Ledger } from '../core/state/ledger.ts';
import { openLedger } from '../core/state/ledger.ts';
import { nameHint } from '../base/suggest.ts';
import { problem } from '../base/diagnostic.ts';
import type { FileEntry } from '../core/contracts/types.ts';
import { jsonLine } from '../reporters/json.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { kindOfPath } from './kind-of-path.ts';
import type { ExitCode, PlanChoice, PlanOptions } from './options.ts';
import { fail } from './options.ts';
import { packageLines } from './package-lines.ts';
import { missingProject, openProject } from './project.ts';
import { openStore } from './store.ts';

/**
 * `pipeline inspect PACKAGE`: verifies a package and describes it. PACKAGE is a folder with a package.json, that file, or
 * the action whose last result is the package, such as `package/0`.
 */
export async function inspect(named: string, options: PlanOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const { out } = environment;
  const isJson = options.json === true;
  const found = await packageNamed(named, environment, options);
  if (!found.ok) return fail(found.diagnostics, isJson, environment);
  const accelerator = attempt(() => checkPayload(found.value));
  if (!accelerator.ok) return fail(accelerator.diagnostics, isJson, environment);
  if (isJson) out.write(jsonLine(asJson(found.value, accelerator.value)));
  else out.write(`${packageLines(found.value, accelerator.value, out).join('\n')}\n`);
  return 0;
}

/** The package in the named folder or, if there is none, the last one made by the action of that name; verified. */
async function packageNamed(
  named: string,
  environment: Environment,
  options: PlanChoice,
): Promise<Result<Package>> {
  const folder = folderOf(named, environment);
  if (folder !== null) return attemptLater(() => readPackage(folder, named));
  const kept = await keptFiles(named, environment, options);
  return kept.ok ? attemptLater(() => verifyPackage(kept.value, named)) : kept;
}

/** The named folder, given directly or by its package.json; null if the path does not exist. */
function folderOf(named: string, { project }: Environment): string | null {
  const path = resolve(project, named);
  const kind = kindOfPath(path);
  if (kind === null) return null;
  return kind === 'file' && basename(path) === 'package.json' ? dirname(path) : path;
}

type ReadFile = Parameters<typeof verifyPackage>[0];

/** The files of the last package that an action made, from the cache. */
async function keptFiles(
  label: string,
  environment: Environment,
  options: PlanChoice,
): Promise<Result<ReadFile>> {
  const { project } = environment;
  if (missingProject(environment) !== null) {
    const hint = 'name a folder with a package.json';
    return failure(problem('usage/no-package', `there is no folder ${label}`, { hint }));
  }
  const ledger = openLedger(layoutOf(project), null);
  const files = lastFiles(label, ledger);
  if (!files.ok) return files;
  const opened = await openProject(environment, options);
  if (!opened.ok) return opened;
  const store = openStore(opened.value, environment);
  const contents = new Map<string, Uint8Array>();
  for (const file of files.value) {
    const bytes = await store.read(file);
    if (bytes !== null) contents.set(file.path, bytes);
  }
  if (contents.size === files.value.length)
    return success((path) => Promise.resolve(contents.get(path) ?? null));
  return failure(
    problem('cache/package-gone', `the package of ${label} is no longer complete in the cache`, {
      hint: `pipeline run ${label} --force makes it again`,
    }),
  );
}

/** The files of the package among an action's last outputs. */
function lastFiles(label: string, ledger: Ledger): Result<readonly FileEntry[]> {
  // By name: the ledger has them in the order in which they were made.
  const packages = ledger
    .labels()
    .filter((each) => packageIn(ledger.entry(each)?.record.outputs) !== null)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const makeThem = 'pipeline run makes the packages of this project';
  const record = ledger.entry(label)?.record;
  if (record === undefined) {
    const message = `there is no folder ${label}, and no record of an action of that name`;
    const [maker = ''] = label.split('.');
    const isOutput = label !== maker && ledger.labels().includes(maker);
    const others = packages.length === 0 ? makeThem : nameHint(label, packages);
    const hint = isOutput
      ? `this describes packages: pipeline show ${maker} and pipeline get ${label} are for other results`
      : others;
    return failure(problem('usage/unknown-target', message, { hint }));
  }
  const files = packageIn(record.outputs);
  if (files !== null) return success(files);
  const names = packages.length === 0 ? makeThem : `name one of ${packages.join(', ')}`;
  const hint = `pipeline show ${label} shows what it made; ${names}`;
  return failure(problem('usage/no-package', `${label} made no package`, { hint }));
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
