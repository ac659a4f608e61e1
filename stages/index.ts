import type { StageKind } from '../core/contracts/stage.ts';
import { deploy } from './deploy/stage.ts';
import { build } from './finn/build/stage.ts';
import { crossCheck } from './finn/cross-check/stage.ts';
import { estimate } from './finn/estimate/stage.ts';
import { hardware } from './finn/hardware/stage.ts';
import { implement } from './finn/implement/stage.ts';
import { lower } from './finn/lower/stage.ts';
import { preprocess } from './finn/preprocess/stage.ts';
import { probe } from './finn/probe/stage.ts';
import { tidy } from './finn/tidy/stage.ts';
import { timing } from './finn/timing/stage.ts';
import { packageStage } from './package/stage.ts';
import { shell } from './shell/stage.ts';
import { smoke } from './smoke/stage.ts';
import { rtl } from './finn/rtl/stage.ts';
import { original } from './original/stage.ts';
import { split } from './split/stage.ts';
import { verify } from './verify/stage.ts';

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

/** Kinds of the steps that stages are divided into; files cannot name them. */
export const stepKinds: readonly StageKind[] = [
  timing,
  probe,
  hardware,
  implement,
  crossCheck,
  rtl,
  original,
  tidy,
  lower,
];
