import { Refusal } from '../../base/refusal.ts';
import type { RemoteShell } from './shell.ts';

/** The prefix of a command that requires root: nothing, or sudo. Refuses (`boards/not-root`) if neither works. */
export async function asRoot(shell: RemoteShell): Promise<string> {
  const { output } = await shell.run('[ "$(id -u)" = 0 ] && echo root || { sudo -n true && echo sudo; }', 30);
  const last = output.trim().split('\n').at(-1);
  if (last === 'root') return '';
  if (last === 'sudo') return 'sudo -n ';
  throw new Refusal(
    'boards/not-root',
    `the user of ssh ${shell.login.ssh} is not root on ${shell.login.board}, and sudo asks for a password`,
    'log in as root, or allow this user sudo without one',
  );
}
