import type { Command } from 'commander';
import { Option } from 'commander';
import type { FoldOptions } from '../fold.ts';
import type { InferOptions } from '../infer.ts';
import type { Format } from '../infer-format.ts';
import type { PlanOptions } from '../options.ts';
import { cropTo, positiveInteger, positiveNumber, resizeTo } from './values.ts';
import { end, planned } from './shared.ts';

const formats: readonly Format[] = ['table', 'csv', 'json', 'npy'];

/** What is about a network and how it runs: `fold`, `timing` and `infer`. */
export function addNetworkCommands(program: Command): void {
  planned(program.command('fold').argument('[stage]', 'a stage that folds; optional if there is only one'))
    .description('show the folding of a network layer by layer, or compare it with another')
    .addOption(
      new Option(
        '--target-fps <number>',
        'show the folding that FINN chooses for this many images per second',
      )
        .argParser(positiveNumber)
        .conflicts('folding'),
    )
    .option(
      '--folding <file>',
      'show the result of another folding file; paths are relative to pipeline.yaml',
    )
    .option('--write <file>', 'write the shown folding to a file for `folding`')
    .option('--force', 'overwrite that file if it exists')
    .action(async (stage: string | undefined, options: FoldOptions) =>
      end(await (await import('../fold.ts')).fold(stage, options)),
    );

  planned(program.command('timing').argument('[stage]', 'a stage that builds; optional if there is only one'))
    .description('show how fast submodels run as they are built, and what holds them up')
    .action(async (stage: string | undefined, options: PlanOptions) =>
      end(await (await import('../timing.ts')).timing(stage, options)),
    );

  planned(program.command('infer').argument('<images...>', '.npy, PNG and JPEG files, and folders of them'))
    .description('run images through the network that is deployed, and write what it returns')
    .option('--resize <size>', 'resize pictures to WIDTHxHEIGHT, or their shorter side to a number', resizeTo)
    .option('--crop <size>', 'then crop the middle to WIDTHxHEIGHT, or to a square', cropTo)
    .option(
      '--divide-by <number>',
      'for a network that takes floats: divide the bytes of pictures',
      positiveNumber,
    )
    .option('--count <number>', 'only the first images', positiveInteger)
    .option('--batch <number>', 'images that pass the boards at a time', positiveInteger, 100)
    .option('--top <number>', 'show the classes with the highest scores', positiveInteger)
    .addOption(
      new Option(
        '--format <format>',
        'table, csv, json or npy; defaults to a table on a terminal, else csv',
      ).choices(formats),
    )
    .option('-o, --output <file>', 'write to a file; its suffix is the default of --format')
    .option('--force', 'overwrite that file if it exists')
    .option('--stage <name>', 'a deploy stage; optional if there is only one')
    .action(async (images: string[], options: InferOptions) =>
      end(await (await import('../infer.ts')).infer(images, options)),
    );
}
