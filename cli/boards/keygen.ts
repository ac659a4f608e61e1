import { writeNewKey } from '../../boards/keys.ts';
import { boardTools } from '../../boards/world.ts';
import { attemptLater } from '../../base/refusal.ts';
import { readEnvironment } from '../environment.ts';
import type { ExitCode, PlanOptions } from '../options.ts';
import { refuse } from '../options.ts';
import { openProject } from '../project.ts';
import { isReal, noRealBoards } from './cluster.ts';

/** `pipeline boards keygen`: makes the cluster's key, in a file that only its owner can read. */
export async function keygen(options: PlanOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const isJson = options.json === true;
  const opened = await openProject(environment, options);
  if (!opened.ok) return refuse(opened.diagnostics, isJson, environment);
  const { plan, layout } = opened.value;
  // Emulated boards have keys of their own.
  if (!plan.cluster.some(isReal)) return refuse([noRealBoards], isJson, environment);
  const { key: path } = boardTools({ project: layout.project, tools: plan.tools });
  const written = await attemptLater(() => writeNewKey(path));
  if (!written.ok) return refuse(written.diagnostics, isJson, environment);
  const text = isJson
    ? JSON.stringify({ type: 'key-made', path })
    : `made ${path}\nkeep it out of version control; \`pipeline boards install\` copies it to the boards`;
  environment.out.write(`${text}\n`);
  return 0;
}
