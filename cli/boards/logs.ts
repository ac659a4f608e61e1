import { readJournal } from '../../boards/remote/journal.ts';
import { harmless } from '../../reporters/style.ts';
import type { ExitCode, PlanOptions } from '../options.ts';
import { onEach, report, withLogins } from './cluster.ts';

export interface LogsOptions extends PlanOptions {
  readonly lines: number;
}

/** `pipeline boards logs BOARD`: the last lines that its server wrote to the board's journal. */
export function logs(name: string, options: LogsOptions): Promise<ExitCode> {
  return withLogins([name], options, (reach) =>
    onEach(reach, async ({ ssh }) => {
      const login = { board: name, ssh, sshConfig: reach.tools.sshConfig };
      for (const line of await readJournal(login, options.lines))
        report(reach, { type: 'board-log', name, line }, harmless(line));
    }),
  );
}
