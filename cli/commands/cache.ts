import type { Command } from 'commander';
import { Option } from 'commander';
import type { VerifyOptions } from '../cache-verify.ts';
import type { GcOptions } from '../gc.ts';
import type { PlanOptions } from '../options.ts';
import { byteSize, days } from './values.ts';
import { end, planned } from './shared.ts';

/** Where results are kept: `gc`, and `cache`. */
export function addCacheCommands(program: Command): void {
  planned(program.command('gc'))
    .description('shrink the cache: delete the results that have been unused for longest')
    .option('--max-size <size>', 'such as 10G or 500M; current results are always kept', byteSize)
    .option('--older-than <days>', 'such as 30d, at least 7d: delete results unused for that long', days)
    .addOption(
      new Option(
        '--all-unused',
        'delete all results but the current ones, also those used in the last 7 days',
      ).conflicts(['maxSize', 'olderThan']),
    )
    .option('--dry-run', 'show what would be deleted, without deleting it')
    .option('--trust-state', 'as for run')
    .action(async (options: GcOptions) => end(await (await import('../gc.ts')).gc(options)));

  const cache = program.command('cache').description('look after the cache');

  planned(cache.command('size'))
    .description('show what takes the room')
    .action(async (options: PlanOptions) => end(await (await import('../cache-size.ts')).cacheSize(options)));

  planned(cache.command('verify'))
    .description('read every result and every file in the cache, and delete damaged ones')
    .option('--trust-state', 'as for run')
    .action(async (options: VerifyOptions) =>
      end(await (await import('../cache-verify.ts')).cacheVerify(options)),
    );
}
