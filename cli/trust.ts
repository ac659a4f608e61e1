import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { strangeness } from '../core/state/home.ts';
import type { Layout } from '../core/state/layout.ts';

/** Why the state of a project may be someone else's; null if it is the user's own. Asked before anything is executed. */
export async function distrust(layout: Layout): Promise<Diagnostic | null> {
  const strange = strangeness(layout);
  if (strange !== null) return untrusted(strange.path, strange.why, 'delete it');
  const way = 'git rm -r -f .pipeline deletes it';
  return (await isTracked(layout)) ? untrusted('.pipeline', 'is tracked by git', way) : null;
}

function untrusted(path: string, why: string, way: string): Diagnostic {
  return problem('usage/untrusted-state', `${path} ${why}, so that the results in it may be someone else's`, {
    hint: `${way}; or use it all the same with --trust-state`,
  });
}

/** Whether the state came with a git repository: then whoever wrote that wrote the state. */
async function isTracked({ project, root }: Layout): Promise<boolean> {
  if (!existsSync(root) || !isInRepository(project)) return false;
  // Settings of the repository must not start a program.
  const settings = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
  const { stdout } = await execa('git', [...settings, 'ls-files', '-z', '--', root], {
    cwd: project,
    reject: false,
    stdin: 'ignore',
  });
  return typeof stdout === 'string' && stdout !== '';
}

function isInRepository(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  const parent = dirname(folder);
  return parent !== folder && isInRepository(parent);
}
