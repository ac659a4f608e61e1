import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileNameOf, layoutOf } from '../core/state/layout.ts';
import { openLedger } from '../core/state/ledger.ts';
import { problem } from '../base/diagnostic.ts';
import { nameHint } from '../base/suggest.ts';
import { harmless } from '../reporters/style.ts';
import { readEnvironment } from './environment.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { refuse } from './options.ts';
import { missingProject } from './project.ts';
import { openStore } from './store.ts';

/**
 * `pipeline logs ACTION`: the output of the running action, else of its last failure, else of the run that made its result.
 */
export async function logs(action: string, options: CommonOptions): Promise<ExitCode> {
  const environment = readEnvironment(options.directory);
  const layout = layoutOf(environment.project);
  const missing = missingProject(environment.project);
  if (missing !== null) return refuse([missing], options.json === true, environment);
  const show = (text: string): ExitCode => {
    const { out } = environment;
    if (options.json === true) out.write(`${JSON.stringify({ type: 'log', action, text })}\n`);
    else if (text === '') environment.error.write(`${action} printed nothing\n`);
    else out.write(out.isInteractive ? harmless(text) : text);
    return 0;
  };
  for (const folder of [layout.work, layout.failed]) {
    const path = join(folder, fileNameOf(action), 'log');
    if (existsSync(path)) return show(readFileSync(path, 'utf8'));
  }
  const ledger = openLedger(layout, null);
  const record = ledger.entry(action)?.record;
  const refused = (code: string, message: string, hint: string) =>
    refuse([problem(code, message, { hint })], options.json === true, environment);
  if (record === undefined)
    return refused(
      'usage/unknown-target',
      `there is no record of an action "${action}"`,
      nameHint(action, ledger.labels()),
    );
  if (record.log === null) return show('');
  const log = await openStore(layout, environment).read(record.log);
  if (log === null)
    return refused(
      'cache/log-gone',
      `the log of ${action} is no longer in the cache`,
      `pipeline run ${action} --force makes it again`,
    );
  return show(log.toString('utf8'));
}
