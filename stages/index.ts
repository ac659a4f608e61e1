import type { StageKind } from '../core/stage.ts';
import { deploy } from './deploy.ts';
import { build } from './finn/build.ts';
import { crossCheck } from './finn/cross-check.ts';
import { estimate } from './finn/estimate.ts';
import { hardware } from './finn/hardware.ts';
import { implement } from './finn/implement.ts';
import { preprocess } from './finn/preprocess.ts';
import { packageStage } from './package.ts';
import { shell } from './shell.ts';
import { smoke } from './smoke.ts';
import { split } from './split.ts';
import { verify } from './verify.ts';

/** Every stage kind a pipeline.yaml may use. */
export const stageKinds: readonly StageKind[] = [
  preprocess,
  estimate,
  split,
  verify,
  build,
  packageStage,
  deploy,
  smoke,
  shell,
];

/** Kinds of the steps that stages are divided into; no file names them. */
export const stepKinds: readonly StageKind[] = [hardware, implement, crossCheck];
