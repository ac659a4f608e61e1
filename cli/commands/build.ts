import type { Command } from 'commander';
import { Option } from 'commander';
import type { InitOptions } from '../init.ts';
import type { PlanOptions } from '../options.ts';
import type { PlanCommandOptions } from '../plan.ts';
import type { RunOptions } from '../run.ts';
import type { WatchOptions } from '../watch/session.ts';
import { positiveInteger, wholeNumber } from './values.ts';
import { end, planned, targets, targetsHelp, withJson } from './shared.ts';

/** What makes a project and brings it up to date: `init`, `run`, `plan`, `watch`, `why` and `doctor`. */
export function addBuildCommands(program: Command): void {
  withJson(program.command('init').argument('<model>', 'a QONNX file'))
    .description('write a pipeline.yaml for a network, and show what becomes of it')
    .option('--images <file>', 'a .npy file of images to test with; random ones by default')
    .option('--boards <number>', 'number of emulated boards', positiveInteger, 2)
    .option('--board <type>', 'type of the boards', 'zedboard')
    .option('--force', 'overwrite files that exist')
    .option('-C, --directory <dir>', 'folder of the project; by default this one')
    .action(async (model: string, options: InitOptions) =>
      end((await import('../init.ts')).init(model, options)),
    );

  planned(program.command('run').argument(targets, targetsHelp))
    .description('bring targets up to date')
    .option('--force', 'run the targets even if their results are known')
    .option('--only', 'run only the targets; everything they need must be up to date')
    .option('--recut', 'ignore pipeline.lock: choose new cuts and new depths of sized FIFOs')
    .option('--no-wait', 'if another run works in the project, refuse instead of waiting for it')
    .option('--trust-state', 'use .pipeline/ even if it is a link, belongs to someone else or came with git')
    .option(
      '-k, --keep-going <failures>',
      'failures after which nothing more starts; 0: any number',
      wholeNumber,
      0,
    )
    .option(
      '--notify <command>',
      'run a command at the first failure and at the end; defaults to PIPELINE_NOTIFY',
    )
    .addOption(
      new Option('-q, --quiet', 'show only failures and the last line').conflicts(['verbose', 'json']),
    )
    .addOption(new Option('-v, --verbose', 'show the output of all actions as it comes').conflicts('json'))
    .option('-j, --jobs <number>', 'actions at a time; defaults to the number of cores', positiveInteger)
    .action(async (names: string[], options: RunOptions) =>
      end(await (await import('../run.ts')).run(names, options)),
    );

  planned(program.command('plan').argument(targets, targetsHelp))
    .description('show what would run and why, and what would stop it, without running it')
    .option('--online', 'also ask the boards, and start programs that pipeline.yaml names')
    .action(async (names: string[], options: PlanCommandOptions) =>
      end(await (await import('../plan.ts')).plan(names, options)),
    );

  planned(program.command('watch').argument(targets, targetsHelp))
    .description('plan again on every save, run what is quick, and ask before the rest')
    .option('--yes', 'also run what takes long, without asking')
    .option('--poll', 'look for changes instead of having them reported, as network file systems need')
    .action(async (names: string[], options: WatchOptions) =>
      end(await (await import('../watch/watch.ts')).watch(names, options)),
    );

  planned(program.command('why').argument('<action>', 'such as build/1'))
    .description('show why an action would run, or why it last ran: field by field, back to the cause')
    .action(async (action: string, options: PlanOptions) =>
      end(await (await import('../why.ts')).why(action, options)),
    );

  planned(program.command('doctor'))
    .description('check files, tools and boards that the stages need, with a fix for what is wrong')
    .option('--synthesise', 'build the smallest network with Vivado, and pack what it left for a report')
    .action(async (options: PlanOptions & { readonly synthesise?: boolean }) =>
      end(
        options.synthesise === true
          ? await (await import('../doctor/synthesise.ts')).synthesise(options)
          : await (await import('../doctor.ts')).doctor(options),
      ),
    );
}
