import type { Layout } from '../core/state/layout.ts';
import { layoutOf } from '../core/state/layout.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import type { CommonOptions } from './options.ts';
import { refuse } from './options.ts';
import { missingProject } from './project.ts';

/** The state of a project, for commands that show what happened: its pipeline file may be wrong by now. */
export interface OpenState {
  readonly environment: Environment;
  readonly isJson: boolean;
  readonly layout: Layout;
}

/** The state of the project that the options name; null, with the reason shown, if there is none: exit code 2. */
export function openState(options: CommonOptions): OpenState | null {
  const environment = readEnvironment(options);
  const isJson = options.json === true;
  const missing = missingProject(environment);
  if (missing === null)
    return { environment, isJson, layout: layoutOf(environment.project, environment.file) };
  refuse([missing], isJson, environment);
  return null;
}
