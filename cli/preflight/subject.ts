import type { ExecutionContext } from '../../core/execution/context.ts';
import { openLocks } from '../../core/state/cut-lock.ts';
import { openFileDigests } from '../../core/state/file-digests.ts';
import { surroundingsOn } from '../../toolchain/surroundings.ts';
import type { Environment } from '../environment.ts';
import { machineOf } from '../machine.ts';
import type { Project } from '../project.ts';
import { placeDiagnostic } from '../project.ts';

/** Where to look, and how. */
export interface Subject {
  readonly project: Project;
  readonly environment: Environment;
  readonly context: Pick<ExecutionContext, 'digests' | 'locks' | 'surroundings' | 'locate'>;
  /** Ends programs that are asked. */
  readonly signal: AbortSignal;
  /** Programs that pipeline.yaml names may be started; otherwise they only have to exist. */
  readonly startsNamed: boolean;
  /** How long a board may take to answer, in s. */
  readonly answerSeconds: number;
}

/** Where commands look that run nothing; they save nothing of what they learn. */
export function lookingContext(project: Project, environment: Environment): Subject['context'] {
  const { layout } = project;
  return {
    digests: openFileDigests(layout, environment.now),
    locks: openLocks(layout.decisions),
    surroundings: surroundingsOn(machineOf(environment)),
    locate: (stage, diagnostic) => placeDiagnostic(project, stage, diagnostic),
  };
}
