import { Refusal } from '../../base/refusal.ts';
import type { Login } from './shell.ts';
import { openRemoteShell } from './shell.ts';

/**
 * The last lines that a board's server wrote: to the journal, or without systemd to its log file. Refuses
 * (`boards/no-journal`) if this user may not read them.
 */
export async function readJournal(login: Login, lines: number): Promise<readonly string[]> {
  const shell = await openRemoteShell(login);
  try {
    const { status, output } = await shell.run(journalScript(lines), answerSeconds);
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

function journalScript(lines: number): string {
  const log = '/var/log/pipeline-board.log';
  return [
    `if [ -d /run/systemd/system ]; then journalctl --no-pager -n ${lines} -u pipeline-board`,
    // Its predecessor too, or a log that was just begun would show nothing.
    `else { [ ! -f ${log}.1 ] || cat ${log}.1; cat ${log}; } | tail -n ${lines}; [ -r ${log} ]; fi`,
  ].join('\n');
}
