import type { Command } from 'commander';
import type { BoardInstallOptions } from '../boards/install.ts';
import type { LogsOptions } from '../boards/logs.ts';
import type { PlanOptions } from '../options.ts';
import { positiveInteger, wholeNumber } from './values.ts';
import { end, planned } from './shared.ts';

/** Real boards: `boards`. */
export function addBoardsCommands(program: Command): void {
  const boards = program
    .command('boards')
    .description('manage real boards: those of the cluster with an address');

  planned(boards.command('keygen'))
    .description("create the cluster's key, which its boards and this computer share")
    .action(async (options: PlanOptions) => end(await (await import('../boards/keygen.ts')).keygen(options)));

  planned(boards.command('install').argument('[boards...]', 'defaults to all'))
    .description("install or upgrade the boards' server, with its configuration and the key, over ssh")
    .option('--program <file>', 'pipeline-board built for the boards; built here by default')
    .action(async (names: string[], options: BoardInstallOptions) =>
      end(await (await import('../boards/install.ts')).install(names, options)),
    );

  planned(boards.command('status').argument('[boards...]', 'defaults to all'))
    .description('show the type, contents and state of each board')
    .action(async (names: string[], options: PlanOptions) =>
      end(await (await import('../boards/status.ts')).status(names, options)),
    );

  planned(boards.command('doctor').argument('[boards...]', 'defaults to all'))
    .description(
      'show what boards have and lack of what their server needs, with remedies; changes nothing on them',
    )
    .action(async (names: string[], options: PlanOptions) =>
      end(await (await import('../boards/doctor.ts')).doctor(names, options)),
    );

  planned(
    boards.command('load').argument('<board>').argument('<submodel>', 'its position, from 0', wholeNumber),
  )
    .description('load the package of a submodel on a board, to check that its FPGA accepts it')
    .action(async (board: string, submodel: number, options: PlanOptions) =>
      end(await (await import('../boards/load.ts')).load(board, submodel, options)),
    );

  planned(boards.command('logs').argument('<board>'))
    .description("show the last lines of a board's server")
    .option('-n, --lines <number>', 'number of lines', positiveInteger, 100)
    .action(async (board: string, options: LogsOptions) =>
      end(await (await import('../boards/logs.ts')).logs(board, options)),
    );

  planned(boards.command('reboot').argument('<boards...>'))
    .description('restart boards and wait until they answer again')
    .action(async (names: string[], options: PlanOptions) =>
      end(await (await import('../boards/reboot.ts')).reboot(names, options)),
    );
}
