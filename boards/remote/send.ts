import { dirname, join } from 'node:path';
import { Refusal } from '../../base/refusal.ts';
import { byteSize } from '../../base/units.ts';
import { quoted } from '../../base/shell-word.ts';
import type { Copy } from './copy.ts';
import { copyFiles } from './copy.ts';
import { reportProgress } from './progress.ts';
import type { RemoteShell } from './shell.ts';
import type { WantedFile, WantedPackage } from './survey.ts';
import {
  digestScript,
  freeScript,
  incomingAt,
  keptAt,
  readDigests,
  readFree,
  stateFolder,
} from './survey.ts';
import { writeFailure } from './write-failure.ts';

/** Long enough for a slow card to write what its board had in memory. */
export const scriptSeconds = 300;

/** Bytes that must stay free on a board for the deployment, folders, and files of the server. */
const reserveBytes = 1 << 20;

/** Runs a script that changes the state folder; refuses as `writeFailure` does if it fails. */
export async function change(shell: RemoteShell, ...lines: readonly string[]): Promise<string> {
  const script = ['set -e', ...lines].join('\n');
  const { status, output } = await shell.run(script, scriptSeconds);
  if (status === 0) return output;
  throw writeFailure(shell.login.board, stateFolder, output);
}

/** Bytes still to be sent for these packages. */
export function missingBytes(
  packages: readonly WantedPackage[],
  partial: ReadonlyMap<string, number>,
): number {
  return sum(packages.flatMap((wanted) => partsOf(wanted, partial)).map(missing));
}

/** Bytes that must be free on a board before this many are sent. */
export function roomFor(bytes: number): number {
  return bytes === 0 ? 0 : bytes + reserveBytes;
}

/** Refuses (`deploy/disk-full`) if the board has less space than this. */
export async function checkRoom(shell: RemoteShell, bytes: number): Promise<void> {
  const free = readFree((await shell.run(freeScript, scriptSeconds)).output);
  if (bytes <= free) return;
  throw new Refusal(
    'deploy/disk-full',
    `${shell.login.board} has ${byteSize(free)} free, but ${byteSize(bytes)} are needed`,
    `free space on the disk of ${stateFolder}, or keep fewer old packages (\`keep\` of the stage)`,
  );
}

/**
 * Sends packages that a board lacks, continuing where an interrupted transfer stopped (`partial`, from the survey), verifies
 * every byte there, and only then gives them their names. Returns the bytes sent.
 */
export async function sendPackages(
  shell: RemoteShell,
  packages: readonly WantedPackage[],
  partial: ReadonlyMap<string, number>,
  log: (line: string) => void,
  clock: () => number,
): Promise<number> {
  if (packages.length === 0) return 0;
  const parts = packages.flatMap((wanted) => partsOf(wanted, partial));
  const folders = [...new Set(parts.map(({ incoming }) => dirname(incoming)))];
  await change(
    shell,
    `cd ${stateFolder}`,
    `mkdir -p ${words(folders)}`,
    `chmod -R u+rwX ${words(packages.map(({ id }) => incomingAt(id)))}`,
  );
  await complete(shell, parts, log, clock);
  const wrong = await differing(shell, parts);
  for (const part of wrong) {
    if (part.begun === 0) throw wrongCopy(shell, part);
    log(
      `${shell.login.board}: the partial copy of ${part.file.path} is unusable; it is sent from the beginning`,
    );
  }
  const anew = wrong.map((part) => ({ ...part, begun: 0 }));
  await copyFiles(shell, anew.map(copyOf), () => undefined);
  for (const part of await differing(shell, anew)) throw wrongCopy(shell, part);
  await publish(shell, packages);
  return sum(parts.map(missing)) + sum(anew.map(missing));
}

/** A file being sent. */
interface Part {
  readonly file: WantedFile;
  /** Absolute path on this machine. */
  readonly local: string;
  /** Path on the board during the transfer, relative to the state folder. */
  readonly incoming: string;
  /** Bytes already there; 0 if there are more than the file has. */
  readonly begun: number;
}

function partsOf(
  { id, folder, files }: WantedPackage,
  partial: ReadonlyMap<string, number>,
): readonly Part[] {
  return files.map((file) => {
    const incoming = incomingAt(id, file.path);
    const found = partial.get(incoming) ?? 0;
    const begun = found > file.size ? 0 : found;
    return { file, local: join(folder, file.path), incoming, begun };
  });
}

function missing({ file, begun }: Part): number {
  return file.size - begun;
}

/** Sends the missing parts of the files. */
async function complete(
  shell: RemoteShell,
  parts: readonly Part[],
  log: (line: string) => void,
  clock: () => number,
): Promise<void> {
  const total = sum(parts.map(({ file }) => file.size));
  const present = total - sum(parts.map(missing));
  const report = reportProgress({ total, present }, (line) => log(`${shell.login.board}: ${line}`), clock);
  const unfinished = parts.filter((part) => missing(part) > 0 || part.file.size === 0);
  const finished = total - sum(unfinished.map(({ file }) => file.size));
  await copyFiles(shell, unfinished.map(copyOf), (bytes) => report(finished + bytes));
  report(total);
}

/** Gives complete packages their final names. */
async function publish(shell: RemoteShell, packages: readonly WantedPackage[]): Promise<void> {
  const incoming = words(packages.map(({ id }) => incomingAt(id)));
  await change(
    shell,
    `cd ${stateFolder}`,
    `find ${incoming} -type d -exec chmod 755 {} \\;`,
    `find ${incoming} -type f -exec chmod 644 {} \\;`,
    // If a name reached the disk before the contents, a power cut would leave a damaged package.
    'sync',
    ...packages.map(({ id }) => {
      const kept = quoted(keptAt(id));
      return `rm -rf ${kept}; mv ${quoted(incomingAt(id))} ${kept}`;
    }),
  );
}

// A file sent from its beginning replaces the old one, whatever its length.
function copyOf({ local, incoming, begun }: Part): Copy {
  return { local, remote: join(stateFolder, incoming), present: begun };
}

async function differing(shell: RemoteShell, parts: readonly Part[]): Promise<readonly Part[]> {
  if (parts.length === 0) return [];
  const script = digestScript(parts.map(({ incoming }) => incoming));
  const digests = readDigests((await shell.run(script, scriptSeconds)).output);
  return parts.filter(({ file, incoming }) => digests.get(incoming) !== file.sha256);
}

function wrongCopy(shell: RemoteShell, { file }: Part): Refusal {
  return new Refusal(
    'deploy/wrong-copy',
    `${file.path} arrived on ${shell.login.board} with another sha256 than on this machine`,
    'run again; if that does not help, the memory or the card of the board is failing',
  );
}

function words(paths: readonly string[]): string {
  return paths.map(quoted).join(' ');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
