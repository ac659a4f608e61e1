import { Refusal } from '../../base/refusal.ts';
import { asRoot } from './as-root.ts';
import type { Login, RemoteShell } from './shell.ts';
import { openRemoteShell } from './shell.ts';

/** Restarts a board; resolves when it has gone down. Refuses (`boards/no-reboot`) if this user may not, or if it stays up. */
export async function rebootBoard(login: Login): Promise<void> {
  const shell = await openRemoteShell(login);
  try {
    await goDown(shell, `${await asRoot(shell)}reboot`);
  } finally {
    await shell.close();
  }
}

const answerSeconds = 60;
/** Longer than systemd allows services to end. */
const downSeconds = 120;

async function goDown(shell: RemoteShell, command: string): Promise<void> {
  try {
    const { status, output } = await shell.run(command, answerSeconds);
    if (status !== 0)
      throw new Refusal('boards/no-reboot', `${shell.login.board} does not reboot: ${output.trim()}`);
    // The board still runs for a moment, and would answer as if it were back.
    for (let second = 0; second < downSeconds; second++) await shell.run('sleep 1', answerSeconds);
    throw new Refusal(
      'boards/no-reboot',
      `${shell.login.board} was asked to reboot, but is still up after ${downSeconds} s`,
      'a service that does not stop may be delaying it',
    );
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'ssh/connection-lost') throw error;
  }
}
