import { Refusal } from '../../base/refusal.ts';

/** How far ssh had got when it ended. */
export type SshStage = 'connecting' | 'connected';

export interface SshEnd {
  readonly code: number;
  /** What it wrote to standard error. */
  readonly complaint: string;
}

/** How a board is reached. */
export interface Login {
  /** The board's name, for messages. */
  readonly board: string;
  /** Destination, as ssh takes it. */
  readonly ssh: string;
  /** Absolute path of an ssh configuration file; null for the user's own. */
  readonly sshConfig: string | null;
}

/** The meaning of ssh's end for the user, from the messages of OpenSSH 8 and 9. */
export function sshFailure(login: Login, stage: SshStage, { code, complaint }: SshEnd): Refusal {
  const { board, ssh: destination } = login;
  const to = named(login);
  const missing = /(ssh|sftp): (command )?not found/.exec(complaint)?.[1];
  if (code === 127 && missing !== undefined)
    return new Refusal('ssh/no-client', `there is no ${missing} on this machine`, 'install OpenSSH');
  if (stage === 'connected')
    return new Refusal(
      'ssh/connection-lost',
      `the ssh connection to ${to} broke${because(complaint)}`,
      'run again: the next run continues where this one stopped',
    );
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(complaint)) return changedKey(board, to, complaint);
  if (/Host key verification failed|No \S+ host key is known/.test(complaint))
    return new Refusal(
      'ssh/host-key-unknown',
      `the host key of ${to} is not known yet`,
      `connect once by hand and compare its fingerprint: ssh ${destination}`,
    );
  if (/password has expired|Password change required/i.test(complaint))
    return new Refusal(
      'ssh/password-expired',
      `the password of this user on ${to} has expired, so nothing can be run there`,
      `log in by hand and set one: ssh -t ${destination}`,
    );
  if (/Permission denied \(|Too many authentication failures/.test(complaint))
    return new Refusal(
      'ssh/denied',
      `${to} does not let this user log in${because(complaint)}`,
      `ssh ${destination} must work without a password: install a key there (ssh-copy-id), and unlock it (ssh-add); on Petalinux, first log in as petalinux on its serial console and set a password`,
    );
  if (unreachable.test(complaint))
    return new Refusal(
      'ssh/unreachable',
      `ssh cannot reach ${to}${because(complaint)}`,
      'is the board on, and is its address right?',
    );
  return new Refusal(
    'ssh/failed',
    `ssh to ${to} failed with exit code ${code}${because(complaint, 5)}`,
    `try by hand: ssh ${destination}`,
  );
}

/** The refusal of a board to which files cannot be sent. */
export function noSftp(login: Login): Refusal {
  return new Refusal(
    'ssh/no-sftp',
    `${named(login)} does not offer sftp, which is needed to send files`,
    "its sshd_config requires a line such as `Subsystem sftp internal-sftp`; for dropbear, install OpenSSH's sftp-server",
  );
}

/** The refusal of a board whose login prints something where sftp expects its own messages. */
export function noisyLogin(login: Login): Refusal {
  return new Refusal(
    'ssh/noisy-login',
    `the output of a login on ${named(login)} gets into sftp, which sends the files`,
    'its startup files, such as .bashrc, must not print anything without a terminal',
  );
}

function named({ board, ssh }: Login): string {
  return ssh === board ? board : `${board} (${ssh})`;
}

const unreachable =
  /Could not resolve hostname|Connection refused|No route to host|Network is unreachable|Host is down|timed out|Connection reset|Connection closed by|kex_exchange_identification|open failed: connect failed/i;

function changedKey(board: string, to: string, complaint: string): Refusal {
  const place = /Offending (?:\S+ )?key in (.+):(\d+)/.exec(complaint);
  const host = /Host key for (.+) has changed/.exec(complaint)?.[1] ?? board;
  const [, file = '', line = ''] = place ?? [];
  return new Refusal(
    'ssh/host-key-changed',
    `${to} has a different host key than the known one${place === null ? '' : ` (${file}, line ${line})`}`,
    `if the board was reinstalled, remove the old key: ssh-keygen${file === '' ? '' : ` -f ${file}`} -R '${host}'; if not, another machine is answering`,
  );
}

/** The last lines, which give the reason. */
function because(complaint: string, lines = 1): string {
  const last = complaint
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(-lines);
  return last.length === 0 ? '' : `: ${last.join('\n')}`;
}
