import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../base/refusal.ts';
import type { Login } from './ssh-failure.ts';
import { sshFailure } from './ssh-failure.ts';
import type { Tethered } from './tether.ts';
import { startTethered } from './tether.ts';

export type { Login } from './ssh-failure.ts';

export interface Answer {
  readonly status: number;
  /** Standard output and standard error, in the order in which they came. */
  readonly output: string;
}

/** A shell on a board. Its connection serves sftp as well; nothing of it outlives the thread that opened it. */
export interface RemoteShell {
  readonly login: Login;
  /** Private folder on this machine, deleted when the shell ends. `socketName` in it serves other programs of OpenSSH. */
  readonly folder: string;
  /**
   * Runs a script of POSIX shell, each in a subshell with the C locale; several take turns. Refuses only where the
   * connection breaks or the board does not answer in time (`ssh/connection-lost`).
   */
  readonly run: (script: string, deadlineSeconds: number) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** Connects by the system's ssh, as the user's configuration of it says; refuses as `sshFailure` does. */
export async function openRemoteShell(login: Login): Promise<RemoteShell> {
  const folder = await privateFolder();
  const ssh = startTethered('ssh', [...sshArguments(login), 'sh'], folder, { removes: true });
  const shell = { login, folder, ...converse(login, ssh) };
  try {
    // What a login prints comes before the first answer.
    await shell.run(':', connectSeconds);
  } catch (error) {
    await shell.close();
    throw error;
  }
  return shell;
}

/**
 * Name of the connection's socket in the shell's folder, in which ssh and sftp run: in paths OpenSSH expands what looks like a
 * pattern, and a socket's have at most 104 bytes.
 */
export const socketName = 'm';

/** A word of a script, whatever is in it. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

const connectSeconds = 60;

async function privateFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'boards-'));
  } catch (error) {
    throw new Refusal(
      'ssh/failed',
      `there is no place for temporary files: ${(error as Error).message}`,
      'TMPDIR must name a folder in which this user may write',
    );
  }
}

// Settings of the user that would leave us without a shell, or without the reason why, are set aside; all others count.
function sshArguments({ ssh, sshConfig }: Login): readonly string[] {
  const options = [
    'ControlMaster=yes',
    `ControlPath=${socketName}`,
    'ControlPersist=no',
    'BatchMode=yes',
    'ConnectTimeout=10',
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

interface Waiting {
  readonly take: (answer: Answer) => void;
  readonly fail: (refusal: Refusal) => void;
}

function converse(login: Login, ssh: Tethered): Pick<RemoteShell, 'run' | 'close'> {
  const { board } = login;
  const mark = randomBytes(16).toString('hex');
  const end = new RegExp(`\\n${mark} (\\d+)\\n`);
  let isOpen = false;
  let failure: Refusal | null = null;
  let waiting: Waiting | null = null;
  let received: string[] = [];
  let last = '';
  ssh.stdout.setEncoding('utf8');
  ssh.stdout.on('data', (text: string) => {
    // Only what is new is looked through, or a long answer would take the square of its length.
    const recent = last + text;
    const found = end.exec(recent);
    received.push(text);
    last = recent.slice(-longestEnd);
    if (found === null) return;
    const output = received.join('').slice(0, found.index - recent.length);
    [received, last] = [[], ''];
    isOpen = true;
    waiting?.take({ status: Number(found[1]), output });
  });
  const gone = ssh.ended.then((ended) => {
    failure ??= sshFailure(login, isOpen ? 'connected' : 'connecting', ended);
    waiting?.fail(failure);
  });

  const ask = (script: string, deadlineSeconds: number): Promise<Answer> =>
    new Promise<Answer>((resolve, reject) => {
      if (failure !== null) {
        reject(failure);
        return;
      }
      const timer = setTimeout(() => {
        failure = new Refusal(
          isOpen ? 'ssh/connection-lost' : 'ssh/unreachable',
          `${board} did not answer over ssh within ${deadlineSeconds} s`,
          'is the board overloaded, or its card failing? run again: the next run goes on where this one stopped',
        );
        ssh.cut();
        waiting?.fail(failure);
      }, deadlineSeconds * 1000);
      const settled = (): void => {
        clearTimeout(timer);
        waiting = null;
      };
      waiting = {
        take: (answer) => {
          settled();
          resolve(answer);
        },
        fail: (refusal) => {
          settled();
          reject(refusal);
        },
      };
      const settings = 'LC_ALL=C; export LC_ALL; umask 022';
      ssh.stdin.write(`(\n${settings}\n${script}\n) </dev/null 2>&1; echo "\n${mark} $?"\n`);
    });
  let turn: Promise<unknown> = Promise.resolve();
  return {
    run: (script, deadlineSeconds) => {
      const answer = turn.then(() => ask(script, deadlineSeconds));
      turn = answer.catch(() => undefined);
      return answer;
    },
    close: async () => {
      failure ??= new Refusal('ssh/connection-lost', `the ssh connection to ${board} was closed`);
      ssh.stdin.end();
      const timer = setTimeout(ssh.cut, closeSeconds * 1000);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** More characters than an answer's last lines, with mark and exit code, ever have. */
const longestEnd = 64;

/** What ssh gets to say goodbye. */
const closeSeconds = 5;
