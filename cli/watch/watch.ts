import type { ExitCode } from '../options.ts';
import { refuse } from '../options.ts';
import { readEnvironment } from '../environment.ts';
import { onInterrupt } from '../interrupt.ts';
import { missingProject } from '../project.ts';
import { createInbox } from './inbox.ts';
import type { WatchOptions } from './session.ts';
import { createSession } from './session.ts';
import { openWatched } from './view.ts';

/**
 * `pipeline watch [TARGET…]`: plans after every change of a file that a plan reads, runs what is cheap, and asks before the rest,
 * until it is interrupted.
 */
export async function watch(targets: readonly string[], options: WatchOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const missing = missingProject(environment);
  if (missing !== null) return refuse([missing], options.json === true, environment);
  const first = await openWatched(targets, options, environment);
  if (!first.asked.ok && first.asked.diagnostics.some(({ code }) => code.startsWith('usage/')))
    return refuse(first.asked.diagnostics, options.json === true, environment);
  const inbox = createInbox();
  const stopListening = onInterrupt((_, signal) => {
    inbox.put({ type: 'interrupted', isFinal: signal !== 'SIGINT' });
  });
  // Without a reader there is no use in going on.
  process.stdout.on('error', () => {
    inbox.put({ type: 'interrupted', isFinal: true });
  });
  const session = createSession(targets, options, environment, inbox);
  try {
    await session.begin();
    while (!(await session.take(await inbox.next())));
    return 130;
  } finally {
    stopListening();
    inbox.close();
    await session.close();
  }
}
