import type { Command } from 'commander';
import type { HistoryOptions } from '../history.ts';
import type { ActionLogsOptions } from '../logs.ts';
import type { OpenOptions } from '../open.ts';
import type { CommonOptions } from '../options.ts';
import { positiveInteger } from './values.ts';
import { common, end, planned } from './shared.ts';

/** What happened: `status`, `history`, `diff`, `trace`, `logs` and `open`. */
export function addPastCommands(program: Command): void {
  common(program.command('status'))
    .description('show the result of the last run, or the progress of the current one')
    .action(async (options: CommonOptions) => end((await import('../status.ts')).status(options)));

  common(program.command('history'))
    .description('list the last runs: when, how they ended, what ran and why')
    .option('-n, --count <number>', 'number of runs', positiveInteger, 20)
    .action(async (options: HistoryOptions) => end((await import('../history.ts')).history(options)));

  common(
    program
      .command('diff')
      .argument('[run]', 'a number of pipeline history; defaults to the run before the last', positiveInteger)
      .argument('[run]', 'defaults to the last run', positiveInteger),
  )
    .description('show what differs between two runs: parameters, foldings, cuts, inputs and results')
    .action(async (first: number | undefined, second: number | undefined, options: CommonOptions) =>
      end((await import('../diff.ts')).diff(first, second, options)),
    );

  common(
    program
      .command('trace')
      .argument('[run]', 'a number of pipeline history; defaults to the last run', positiveInteger),
  )
    .description('write the time line of a run as JSON for Perfetto (ui.perfetto.dev) or chrome://tracing')
    .action(async (run: number | undefined, options: CommonOptions) =>
      end((await import('../trace.ts')).trace(run, options)),
    );

  planned(program.command('logs').argument('[action]', 'such as build/1; defaults to what failed last'))
    .description('show the output of an action')
    .option('-F, --follow', 'show what a running action prints until it ends; waits if it has not started')
    .action(async (action: string | undefined, options: ActionLogsOptions) =>
      end(await (await import('../logs.ts')).logs(action, options)),
    );

  common(program.command('open').argument('<action>', 'one that failed, such as build/1'))
    .description('start a shell in the kept folder of a failed action, with its environment')
    .option('--vivado', 'open the Vivado project in it instead')
    .action(async (action: string, options: OpenOptions) =>
      end(await (await import('../open.ts')).open(action, options)),
    );
}
