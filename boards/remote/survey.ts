import { quoted } from '../../base/shell-word.ts';
import type { Package } from '../package/directory.ts';

/** The folder in which the server of a real board keeps its packages and its deployment. */
export const stateFolder = '/var/lib/pipeline-board';

/** A file of a package that a board must have. */
export interface WantedFile {
  /** Relative to the package. */
  readonly path: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** A package that a board must have, and where it is on this machine. */
export interface WantedPackage {
  readonly id: string;
  readonly folder: string;
  readonly files: readonly WantedFile[];
}

export interface Survey {
  /** Free bytes on the disk that holds the state. */
  readonly freeBytes: number;
  /** Ids of the required packages that are there, complete and intact. */
  readonly intact: ReadonlySet<string>;
  /** Bytes left by interrupted transfers, by path relative to the state folder. */
  readonly partial: ReadonlyMap<string, number>;
  /** Ids of all packages, the most recently deployed one first. */
  readonly packages: readonly string[];
  /** Ids of the packages of the board's current deployment, if its file can be read. */
  readonly deployed: readonly string[];
}

/** All files of a package, as recorded in its description. */
export function wantedPackage({ id, description, descriptionBytes }: Package, folder: string): WantedPackage {
  const itself = { path: 'package.json', sha256: id, size: descriptionBytes.length };
  return { id, folder, files: [...description.files, itself] };
}

/** The folder of a package, and its folder during the transfer, relative to the state folder. */
export function keptAt(id: string, path?: string): string {
  return ['packages', id, ...(path === undefined ? [] : [path])].join('/');
}

export function incomingAt(id: string, path?: string): string {
  return keptAt(`.incoming-${id}`, path);
}

/** A script that makes the folders and lists their contents, in lines for `readSurvey`. */
export function surveyScript(wanted: readonly WantedPackage[]): string {
  return [
    `mkdir -p ${stateFolder}/packages && cd ${stateFolder} || exit 1`,
    digestFunction,
    'size() { [ ! -f "$1" ] || echo "size $1 $(wc -c <"$1")"; }',
    freeScript,
    ...wanted.flatMap(({ id, files }) =>
      files.flatMap(({ path }) => [
        `digest ${quoted(keptAt(id, path))}`,
        `size ${quoted(incomingAt(id, path))}`,
      ]),
    ),
    "ls -1At packages | sed 's/^/package /'",
    "[ ! -f deployment.json ] || tr -d '\\n' <deployment.json | sed 's/^/deployment /'",
  ].join('\n');
}

/** A script that prints the sha256 of files, relative to the state folder, in lines for `readDigests`. */
export function digestScript(paths: readonly string[]): string {
  return [`cd ${stateFolder}`, digestFunction, ...paths.map((path) => `digest ${quoted(path)}`)].join('\n');
}

/** A script that prints the free space on the disk, in a line for `readFree`. */
export const freeScript = `df -Pk ${stateFolder} | sed 's/^/df /'`;

/** Reads the output of `surveyScript`. */
export function readSurvey(output: string, wanted: readonly WantedPackage[]): Survey {
  const digests = readDigests(output);
  const isIntact = ({ id, files }: WantedPackage): boolean =>
    files.every(({ path, sha256 }) => digests.get(keptAt(id, path)) === sha256);
  return {
    freeBytes: readFree(output),
    intact: new Set(wanted.filter(isIntact).map(({ id }) => id)),
    partial: new Map(rows(output, /^size (.+?) +(\d+)$/).map(([path = '', bytes]) => [path, Number(bytes)])),
    packages: rows(output, /^package ([0-9a-f]{64})$/).flat(),
    deployed: rows(output, /^deployment (.*)$/).flatMap(
      ([text = '']) => text.match(/\b[0-9a-f]{64}\b/g) ?? [],
    ),
  };
}

/** sha256 of files by path relative to the state folder; missing files are absent. */
export function readDigests(output: string): ReadonlyMap<string, string> {
  const found = rows(output, /^digest (.+) ([0-9a-f]{64}) +-$/);
  return new Map(found.map(([path = '', sha256 = '']) => [path, sha256]));
}

/** Bytes that may still be written; 0 if the board did not report it. */
export function readFree(output: string): number {
  // The names of the device and of its mount point may contain blanks; the figures are between them.
  const [row] = rows(output, /^df .* (\d+) +\d+%/);
  return Number(row?.[0] ?? 0) * 1024;
}

const digestFunction = 'digest() { [ ! -f "$1" ] || echo "digest $1 $(sha256sum <"$1")"; }';

/** The groups that a pattern matched, for each line that matches it. */
function rows(output: string, form: RegExp): readonly (readonly string[])[] {
  return output.split('\n').flatMap((line) => {
    const found = form.exec(line);
    return found === null ? [] : [found.slice(1)];
  });
}
