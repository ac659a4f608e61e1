import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../base/refusal.ts';
import type { Login } from './ssh-failure.ts';
import type { Answer } from './dialogue.ts';
import { closeDialogue, runScript, startDialogue } from './dialogue.ts';
import type { Tethered } from './tether.ts';
import { startTethered } from './tether.ts';

export type { Login } from './ssh-failure.ts';

/** A shell on a board. Its connection also serves sftp; nothing of it outlives the thread that opened it. */
export interface RemoteShell {
  readonly login: Login;
  /** Private folder on this machine, deleted when the shell ends. `socketName` in it serves other programs of OpenSSH. */
  readonly folder: string;
  /**
   * Runs a POSIX shell script in a subshell with the C locale; concurrent scripts take turns. Refuses only if the connection
   * breaks or the board does not answer in time (`ssh/connection-lost`).
   */
  readonly run: (script: string, deadlineSeconds: number) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** Connects within a time, with the system's ssh and the user's ssh configuration; refuses as `sshFailure` does. */
export async function openRemoteShell(login: Login, connectSeconds = 60): Promise<RemoteShell> {
  const folder = await privateFolder();
  const ssh = await startIn(folder, login, connectSeconds);
  const dialogue = startDialogue(login, ssh);
  const shell: RemoteShell = {
    login,
    folder,
    run: (script, deadlineSeconds) => runScript(dialogue, script, deadlineSeconds),
    close: () => closeDialogue(dialogue),
  };
  try {
    // Output of a login comes before the first answer.
    await shell.run(':', connectSeconds);
  } catch (error) {
    await shell.close();
    throw error;
  }
  return shell;
}

/**
 * Name of the connection's socket in the shell's folder, which is the working directory of ssh and sftp: OpenSSH expands
 * patterns in paths, and the path of a socket has at most 104 bytes.
 */
export const socketName = 'm';

/** The folder is deleted by ssh's tether, once there is one. */
async function startIn(folder: string, login: Login, connectSeconds: number): Promise<Tethered> {
  try {
    return await startTethered('ssh', [...sshArguments(login, connectSeconds), 'sh'], folder, {
      removes: true,
    });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function privateFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'boards-'));
  } catch (error) {
    throw new Refusal(
      'infrastructure/disk',
      `there is no place for temporary files: ${(error as Error).message}`,
      'TMPDIR must be a folder to which this user may write',
    );
  }
}

// Settings of the user that would prevent a shell, or hide the reason for a failure, are overridden; all others apply.
function sshArguments({ ssh, sshConfig }: Login, connectSeconds: number): readonly string[] {
  const options = [
    'ControlMaster=yes',
    `ControlPath=${socketName}`,
    'ControlPersist=no',
    'BatchMode=yes',
    `ConnectTimeout=${Math.min(10, Math.ceil(connectSeconds))}`,
    'ServerAliveInterval=5',
    'ServerAliveCountMax=3',
    'ClearAllForwardings=yes',
    'RemoteCommand=none',
    'RequestTTY=no',
    'LogLevel=INFO',
  ];
  const config = sshConfig === null ? [] : ['-F', sshConfig];
  return [...config, ...options.flatMap((option) => ['-o', option]), '--', ssh];
}
