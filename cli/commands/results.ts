import type { Command } from 'commander';
import type { GetOptions } from '../get.ts';
import type { PlanOptions } from '../options.ts';
import type { ShowOptions } from '../show.ts';
import { end, planned } from './shared.ts';

/** What was made: `inspect`, `show` and `get`. */
export function addResultCommands(program: Command): void {
  planned(
    program
      .command('inspect')
      .argument('<package>', 'a folder with a package.json, or an action such as package/0'),
  )
    .description('verify a package and describe it')
    .action(async (named: string, options: PlanOptions) =>
      end(await (await import('../inspect.ts')).inspect(named, options)),
    );

  planned(program.command('show').argument('<stage>', 'a stage, or an action such as build/1'))
    .description(
      'show what a stage made: the cuts of a split, the layers of an estimate, results with their sizes',
    )
    .option('--svg <file>', 'also draw a split, with its layers on the boards')
    .option('--force', 'overwrite that file if it exists')
    .action(async (name: string, options: ShowOptions) =>
      end(await (await import('../show.ts')).show(name, options)),
    );

  planned(
    program
      .command('get')
      .argument('<output>', 'such as split.report, build.bitstreams or package/0; without a port all outputs')
      .argument('[dir]', 'defaults to the name of the output'),
  )
    .description('copy results into a folder, under readable names')
    .option('--force', 'overwrite other files')
    .action(async (name: string, dir: string | undefined, options: GetOptions) =>
      end(await (await import('../get.ts')).get(name, dir, options)),
    );
}
