import { Refusal } from '../../base/refusal.ts';
import type { Login } from './shell.ts';
import { openRemoteShell } from './shell.ts';

/** The last lines that a board's server wrote; refuses (`boards/no-journal`) if this user may not read them. */
export async function readJournal(login: Login, lines: number): Promise<readonly string[]> {
  const shell = await openRemoteShell(login);
  try {
    const command = `journalctl --no-pager -n ${lines} -u pipeline-board`;
    const { status, output } = await shell.run(command, answerSeconds);
    if (status === 0) return output.trimEnd().split('\n');
    throw new Refusal(
      'boards/no-journal',
      `${login.board} does not show its journal: ${output.trim()}`,
      'the user must be root or in the group systemd-journal',
    );
  } finally {
    await shell.close();
  }
}

const answerSeconds = 30;
