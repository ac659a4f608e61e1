import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from '../../base/refusal.ts';
import { quoted } from '../../base/shell-word.ts';
import type { BoardConnection } from '../client/connection.ts';
import { connectBoard } from '../client/connection.ts';
import { boardType } from '../data.ts';
import type { Deployment } from '../deployment.ts';
import { signDeployment } from '../deployment.ts';
import type { ClusterKey } from '../keys.ts';
import { incomingSeconds, outdatedPackages } from '../old-packages.ts';
import type { Package } from '../package/directory.ts';
import { refuseOtherType } from '../other-type.ts';
import { checkLoadable } from '../package/loadable.ts';
import { checkPayload } from '../package/payload.ts';
import type { Status } from '../protocol/messages.ts';
import type { RealBoard } from '../../core/contracts/board.ts';
import { copyFiles } from './copy.ts';
import { change, checkRoom, missingBytes, roomFor, scriptSeconds, sendPackages } from './send.ts';
import type { RemoteShell } from './shell.ts';
import { openRemoteShell } from './shell.ts';
import { incomingAt, keptAt, readSurvey, stateFolder, surveyScript, wantedPackage } from './survey.ts';

export interface RemoteDeploy {
  readonly board: RealBoard;
  readonly deployment: Deployment;
  /** The packages that the board must have, with the folder of each on this machine. */
  readonly packages: readonly { readonly found: Package; readonly folder: string }[];
  readonly key: ClusterKey;
  /** Absolute path of an ssh configuration file; null for the user's own. */
  readonly sshConfig: string | null;
  /** How many packages of earlier deployments are kept. */
  readonly keep: number;
}

export interface Deployed {
  /** Ids of the packages that were sent, in whole or in part. */
  readonly sent: ReadonlySet<string>;
  readonly bytes: number;
  /** Duration of sending them. */
  readonly seconds: number;
  /** Whether the board's server computes without programmable logic. */
  readonly emulated: boolean;
}

/**
 * Brings a real board to a deployment. Whatever can be refused is refused before anything is sent. Packages are sent first
 * and the deployment last, each under a temporary name until it is complete. Finally the board must confirm the deployment.
 * `clock` returns seconds since 1970.
 */
export async function deployToBoard(
  request: RemoteDeploy,
  log: (line: string) => void,
  clock: () => number,
): Promise<Deployed> {
  const { board, key } = request;
  const connection = await connectBoard(board.name, board.address, key, answerSeconds);
  try {
    const status = await connection.status(answerSeconds);
    checkBoard(request, status);
    await own(connection, status, log);
    try {
      return await overShell(request, connection, status, log, clock);
    } finally {
      // A lease that cannot be released ends by itself.
      if (connection.isOpen()) await connection.release(answerSeconds).catch(() => undefined);
    }
  } finally {
    connection.close();
  }
}

const answerSeconds = 10;
/** Short, since a killed deploy does not release it; it is renewed three times per period. */
const leaseSeconds = 10;

function checkBoard({ board, packages }: RemoteDeploy, status: Status): void {
  refuseOtherType(board, status);
  const { emulated } = status;
  for (const { found } of packages) {
    checkLoadable(found.description, { name: board.name, type: boardType(board.type), emulated });
    checkPayload(found);
  }
}

/** Becomes the owner of the board. A lease no longer than ours may be left from a killed deploy, so its end is awaited, once. */
async function own(
  connection: BoardConnection,
  { leasedSeconds }: Status,
  log: (line: string) => void,
): Promise<void> {
  if (leasedSeconds > 0 && leasedSeconds <= leaseSeconds) {
    log(`${connection.name}: leased for another ${Math.ceil(leasedSeconds)} s`);
    await delay(leasedSeconds * 1000 + 100);
  }
  await connection.acquire(leaseSeconds, answerSeconds);
}

async function overShell(
  request: RemoteDeploy,
  connection: BoardConnection,
  before: Status,
  log: (line: string) => void,
  clock: () => number,
): Promise<Deployed> {
  const { board, deployment, sshConfig, keep } = request;
  // Equal submodels are one package, however many positions it has.
  const byId = new Map(request.packages.map(({ found, folder }) => [found.id, wantedPackage(found, folder)]));
  const wanted = [...byId.values()];
  const shell = await openRemoteShell({ board: board.name, ssh: board.ssh, sshConfig });
  try {
    const survey = readSurvey(await change(shell, surveyScript(wanted)), wanted);
    const missing = wanted.filter(({ id }) => !survey.intact.has(id));
    for (const { id } of wanted)
      log(`${board.name}: package ${id.slice(0, 12)} ${survey.intact.has(id) ? 'is there' : 'is sent'}`);

    const needed = [...wanted.map(({ id }) => id), before.loaded];
    const room = roomFor(missingBytes(missing, survey.partial));
    let kept = survey.packages;
    if (room > survey.freeBytes) {
      // Until the new deployment is in place, the board may be asked for its current one.
      const begun = missing.map(({ id }) => id);
      kept = await removeOld(shell, kept, begun, [...needed, ...survey.deployed], keep, log);
      await checkRoom(shell, room);
    }
    const started = clock();
    const bytes = await sendPackages(shell, missing, survey.partial, log, clock);
    const seconds = clock() - started;
    // These times record which packages were deployed last; only the owner of a folder can set its time. The board's own clock
    // cannot be used, because many boards do not know the time after power-on.
    const touch = `TZ=UTC0 touch -t ${touchTime(clock())} ${packageFolders(wanted.map(({ id }) => id))}`;
    if (wanted.length > 0) await shell.run(`cd ${stateFolder} && ${touch}`, scriptSeconds);
    if (before.deployment !== deployment.deployment) await sendDeployment(shell, request);

    const after = await connection.status(answerSeconds);
    if (after.deployment !== deployment.deployment) throw notTaken(board.name, deployment, after);
    await removeOld(shell, kept, [], [...needed, after.loaded], keep, log);
    return { sent: new Set(missing.map(({ id }) => id)), bytes, seconds, emulated: after.emulated };
  } finally {
    await shell.close();
  }
}

async function sendDeployment(shell: RemoteShell, { deployment, key }: RemoteDeploy): Promise<void> {
  const [local, remote] = [join(shell.folder, 'deployment.json'), join(stateFolder, 'deployment.json')];
  const incoming = join(stateFolder, '.incoming-deployment.json');
  await writeFile(local, signDeployment(deployment, key));
  // A file that another user's interrupted deploy left can be replaced, but not overwritten.
  await change(shell, `rm -f ${incoming}`);
  await copyFiles(shell, [{ local, remote: incoming, present: 0 }], () => undefined);
  await change(shell, `chmod 644 ${incoming}`, 'sync', `mv -f ${incoming} ${remote}`, 'sync');
}

/**
 * Removes packages by the policy for old ones, and old unfinished transfers except `begun`, which will be continued; returns
 * the remaining packages. What cannot be removed stays.
 */
async function removeOld(
  shell: RemoteShell,
  packages: readonly string[],
  begun: readonly string[],
  needed: readonly string[],
  keep: number,
  log: (line: string) => void,
): Promise<readonly string[]> {
  const old = outdatedPackages(packages, new Set(needed), keep);
  const minutes = String(incomingSeconds / 60);
  const others = begun.map((id) => `! -name ${basename(incomingAt(id))}`).join(' ');
  const { status, output } = await shell.run(
    [
      `cd ${stateFolder} || exit 1`,
      ...(old.length === 0 ? [] : [`rm -rf ${packageFolders(old)}`]),
      `find packages/.incoming-* -prune ${others} -mmin +${minutes} -exec rm -rf {} \\; 2>/dev/null || :`,
    ].join('\n'),
    scriptSeconds,
  );
  const { board } = shell.login;
  if (status !== 0) log(`${board}: old packages stay: ${output.trim()}`);
  else if (old.length > 0)
    log(`${board}: old packages removed: ${old.map((id) => id.slice(0, 12)).join(', ')}`);
  return packages.filter((id) => !old.includes(id));
}

/** A time in seconds since 1970 as `touch -t` takes it, in UTC: CCYYMMDDhhmm.ss. */
function touchTime(seconds: number): string {
  const digits = new Date(seconds * 1000).toISOString().replace(/\D/g, '');
  return `${digits.slice(0, 12)}.${digits.slice(12, 14)}`;
}

function packageFolders(ids: readonly string[]): string {
  return ids.map((id) => quoted(keptAt(id))).join(' ');
}

function notTaken(board: string, { deployment }: Deployment, { deployment: held }: Status): Refusal {
  const holds = held === '' ? 'no deployment' : `deployment ${held.slice(0, 12)}`;
  return new Refusal(
    'deploy/not-taken',
    `${board} was sent deployment ${deployment.slice(0, 12)}, but its server still holds ${holds}`,
    `its state must be in ${stateFolder} (\`state\` in its configuration), and address and ssh must lead to the same board`,
  );
}
