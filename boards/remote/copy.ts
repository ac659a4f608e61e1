import { symlink, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Refusal } from '../../base/refusal.ts';
import { quoted } from '../../base/shell-word.ts';
import type { RemoteShell } from './shell.ts';
import { socketName } from './shell.ts';
import { noisyLogin, noSftp, sshFailure } from './ssh-failure.ts';
import { startTethered } from './tether.ts';
import { writeFailure } from './write-failure.ts';

export interface Copy {
  /** Absolute path on this machine. */
  readonly local: string;
  /** Absolute path on the board, in an existing folder. */
  readonly remote: string;
  /** Bytes that an earlier, interrupted copy left there, fewer than the whole file. Only the rest is sent. */
  readonly present: number;
}

/**
 * Sends files one after the other by sftp over the shell's connection; what arrives is not verified. Once a second,
 * `onPresent` receives the total number of bytes on the board. Refuses as `sshFailure` and `writeFailure` do; what has
 * arrived stays.
 */
export async function copyFiles(
  shell: RemoteShell,
  copies: readonly Copy[],
  onPresent: (bytes: number) => void,
): Promise<void> {
  const [first] = copies;
  if (first === undefined) return;
  const commands = copies.map(({ remote, present }, at) => {
    return `${present === 0 ? 'put' : 'reput'} -f ${linkName(at)} ${sftpWord(remote)}\n`;
  });
  const links = copies.map(({ local }, at) => ({ local, path: join(shell.folder, linkName(at)) }));
  for (const { local, path } of links) await symlink(local, path);
  const sftp = await startTethered('sftp', sftpArguments, shell.folder, { removes: false });
  sftp.stdout.resume();
  sftp.stdin.end(commands.join(''));
  const stop = watchSizes(
    shell,
    copies.map(({ remote }) => remote),
    onPresent,
  );
  const { code, complaint } = await sftp.ended;
  stop();
  // If the connection broke, the folder was deleted with it.
  for (const { path } of links) await unlink(path).catch(() => undefined);
  if (code === 0) return;
  if (/^Received message too long/m.test(complaint)) throw noisyLogin(shell.login);
  if (code === 127) throw sshFailure(shell.login, 'connected', { code, complaint });
  throw await reasonOnBoard(shell, dirname(first.remote), complaint);
}

/** Whether the board offers sftp over the shell's connection. */
export async function acceptsFiles(shell: RemoteShell): Promise<boolean> {
  const sftp = await startTethered('sftp', sftpArguments, shell.folder, { removes: false });
  sftp.stdout.resume();
  sftp.stdin.end('pwd\n');
  return (await sftp.ended).code === 0;
}

const pollMilliseconds = 1000;
const answerSeconds = 60;

/** sftp interprets patterns in local paths, so it is given links, whose names have none. */
function linkName(at: number): string {
  return `sent-${at}`;
}

// Only the shell's connection may be used: without it, ssh would open a new one, to another host.
const sftpOptions = [
  'ControlMaster=no',
  `ControlPath=${socketName}`,
  'ProxyCommand=false',
  'BatchMode=yes',
].flatMap((option) => ['-o', option]);
const sftpArguments = ['-F', '/dev/null', ...sftpOptions, '-b', '-', 'board'];

/** A word of sftp's batches, which support quotes but cannot express a line break. */
function sftpWord(path: string): string {
  if (!/[\n\r\0]/.test(path)) return `"${path.replaceAll(/["\\]/g, '\\$&')}"`;
  throw new Refusal('package/illegal-path', `${JSON.stringify(path)} cannot be sent to a board`);
}

function watchSizes(
  shell: RemoteShell,
  paths: readonly string[],
  onPresent: (bytes: number) => void,
): () => void {
  const script = paths.map((path) => `[ ! -f ${quoted(path)} ] || wc -c <${quoted(path)}`).join('\n');
  let isAsking = false;
  let isOver = false;
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    // A lost connection also ends sftp, and its failure says why.
    const answer = await shell.run(script, answerSeconds).catch(() => null);
    isAsking = false;
    if (isOver || answer?.status !== 0) return;
    const sizes = answer.output.split('\n').map(Number);
    onPresent(sizes.reduce((sum, bytes) => sum + bytes, 0));
  };
  const timer = setInterval(() => void ask(), pollMilliseconds);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}

/** sftp's protocol has hardly any reasons for failures; the board's shell reports them when it writes to the same folder. */
async function reasonOnBoard(shell: RemoteShell, folder: string, complaint: string): Promise<Refusal> {
  const trial = quoted(join(folder, '.trial'));
  const script = `dd if=/dev/zero of=${trial} bs=65536 count=4; status=$?; rm -f ${trial}; exit $status`;
  const { status, output } = await shell.run(script, answerSeconds);
  if (status !== 0) return writeFailure(shell.login.board, folder, output);
  // Over a shared connection, ssh says no more than this if the board refuses the subsystem.
  if (/Connection closed/i.test(complaint)) return noSftp(shell.login);
  return writeFailure(shell.login.board, folder, complaint);
}
