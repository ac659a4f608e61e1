import { Refusal } from '../../base/refusal.ts';
import type { RemoteShell } from './shell.ts';

/**
 * The prefix of a command that requires root: nothing, or sudo. Refuses (`boards/not-root`) if neither works, with the
 * command that lets it.
 */
export async function asRoot(shell: RemoteShell): Promise<string> {
  const { output } = await shell.run(rootScript, answerSeconds);
  const [kind, user] = output.trim().split('\n').at(-1)?.split(' ') ?? [];
  if (kind === 'root') return '';
  if (kind === 'sudo') return 'sudo -n ';
  const { board, ssh } = shell.login;
  if (kind === 'password')
    throw new Refusal(
      'boards/not-root',
      `the user of ssh ${ssh} is not root on ${board}, and sudo asks for a password`,
      `log in as root, or allow this user sudo without one: ${noPassword(ssh, user ?? 'USER')}`,
    );
  throw new Refusal(
    'boards/not-root',
    `the user of ssh ${ssh} is not root on ${board}, and there is no sudo`,
    'log in as root',
  );
}

/** The command that lets a user have sudo without a password; it asks for the password once. */
export function noPassword(ssh: string, user: string): string {
  // The last rule that matches counts, and Petalinux's own is in 99-petalinux.
  const rule = `${user} ALL=(ALL) NOPASSWD: ALL`;
  return `ssh -t ${ssh} "echo '${rule}' | sudo tee /etc/sudoers.d/zz-pipeline-board"`;
}

const answerSeconds = 30;

const rootScript = [
  'if [ "$(id -u)" = 0 ]; then echo root',
  'elif ! command -v sudo >/dev/null; then echo none',
  'elif sudo -n true; then echo sudo',
  'else echo "password $(id -un)"; fi',
].join('\n');
