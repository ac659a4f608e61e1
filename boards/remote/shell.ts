import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../onnx/refusal.ts';
import { type Login, sshFailure } from './ssh-failure.ts';
import { startTethered, type Tethered } from './tether.ts';

export type { Login } from './ssh-failure.ts';

export interface Answer {
  readonly status: number;
  /** Standard output and standard error, in the order in which they came. */
  readonly output: string;
}

/** A shell on a board. Its connection serves sftp as well; nothing of it outlives the thread that opened it. */
export interface RemoteShell {
  readonly login: Login;
  /** Private folder on this machine, deleted when the shell ends. */
  readonly folder: string;
  /** Socket in it, by which other programs of OpenSSH use the connection. */
  readonly socket: string;
  /**
   * Runs a script of POSIX shell, each in a subshell with the C locale; several take turns. Refuses only where the
   * connection breaks or the board does not answer in time (`ssh/connection-lost`).
   */
  readonly run: (script: string, deadlineSeconds: number) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** Connects by the system's ssh, as the user's configuration of it says; refuses as `sshFailure` does. */
export async function openRemoteShell(login: Login): Promise<RemoteShell> {
  // The path of a Unix socket has at most 104 bytes, and ssh appends 17 while it makes this one.
  const temporary = tmpdir().length > 60 ? '/tmp' : tmpdir();
  const folder = await mkdtemp(join(temporary, 'boards-'));
  const socket = join(folder, 'm');
  const ssh = startTethered('ssh', [...sshArguments(login, socket), 'sh'], folder, { removes: true });
  const conversation = converse(login, ssh);
  const shell = { login, folder, socket, ...conversation };
  try {
    // What a login prints comes before the first answer.
    await shell.run(':', connectSeconds);
  } catch (error) {
    await shell.close();
    throw error;
  }
  return shell;
}

/** A word of a script, whatever is in it. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

const connectSeconds = 60;

// Settings of the user that would leave us without a shell, or without the reason why, are set aside; all others count.
function sshArguments({ ssh, sshConfig }: Login, socket: string): readonly string[] {
  const options = [
    'ControlMaster=yes',
    `ControlPath=${socket}`,
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
  let received = '';
  ssh.stdout.setEncoding('utf8');
  ssh.stdout.on('data', (text: string) => {
    received += text;
    const found = end.exec(received);
    if (found === null) return;
    const output = received.slice(0, found.index);
    received = received.slice(found.index + found[0].length);
    isOpen = true;
    waiting?.take({ status: Number(found[1]), output });
  });
  const gone = ssh.ended.then((ended) => {
    failure ??= sshFailure(login, isOpen ? 'connected' : 'connecting', ended);
    waiting?.fail(failure);
  });

  const ask = (script: string, deadlineSeconds: number): Promise<Answer> =>
    new Promise<Answer>((resolve, reject) => {
      if (failure !== null) return reject(failure);
      const timer = setTimeout(() => {
        failure = new Refusal(
          isOpen ? 'ssh/connection-lost' : 'ssh/unreachable',
          `${board} did not answer over ssh within ${String(deadlineSeconds)} s`,
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
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (script, deadlineSeconds) => {
      const answer = last.then(() => ask(script, deadlineSeconds));
      last = answer.catch(() => undefined);
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

/** What ssh gets to say goodbye. */
const closeSeconds = 5;
