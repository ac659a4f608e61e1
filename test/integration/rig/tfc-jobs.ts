import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { boardType, platformOf } from '../../../boards/data.ts';
import { split } from '../../../stages/split/work.ts';
import { examples, readJson } from '../../finn/network.ts';
import { runStage } from '../../stages/stage.ts';
import type { Job, JobResult } from './workshop.ts';
import { workshop } from './workshop.ts';

/** The example network whose templates are run. */
export const tfc = join(examples, 'tfc-w2a2');

/** Jobs for the templates, from tfc-w2a2 on. */
export interface TfcJobs extends ReturnType<typeof workshop> {
  /** Holds all that the jobs write. */
  readonly root: string;
  readonly preprocess: (changes: object, inputs?: Job['inputs'], alone?: boolean) => Promise<JobResult>;
  /** Folds what `preprocess` made. */
  readonly estimate: (preprocessed: JobResult, changes: object, alone?: boolean) => Promise<JobResult>;
  readonly hardwareOf: (submodel: string, board?: string, clockMHz?: number) => Job;
  readonly implementationOf: (hardware: JobResult, board?: string) => Job;
  readonly probeOf: (board: string) => Job;
}

/** Sets up jobs in a folder that goes away with the suite, together with what its tests left running. */
export function tfcJobs(python: string): TfcJobs {
  const root = mkdtempSync(join(tmpdir(), 'templates-'));
  const place = workshop(root, python);
  afterAll(() => {
    place.end();
    rmSync(root, { recursive: true });
  });
  return {
    ...place,
    root,
    preprocess: (changes, inputs = {}, alone = false) =>
      place.run({
        alone,
        template: 'finn/preprocess.py',
        params: { ...preprocessing, ...changes },
        inputs: { 'model/model.onnx': { copy: join(tfc, 'model.onnx') }, ...inputs },
      }),
    estimate: (preprocessed, changes, alone = false) =>
      place.run({
        alone,
        template: 'finn/estimate.py',
        params: { folding, target_fps: null, target: targetOn('zedboard'), ...changes },
        inputs: { 'model/dataflow.onnx': { copy: join(preprocessed.out, 'raw/dataflow.onnx') } },
      }),
    hardwareOf: (submodel, board = 'zedboard', clockMHz = 100) => ({
      template: 'finn/hardware.py',
      params: {
        target: targetOn(board, clockMHz),
        platform: platformOf(boardType(board)).finn,
        queue: 'deep',
      },
      inputs: { submodel: { copy: submodel }, 'depths/depths.json': Buffer.from('{}\n') },
    }),
    implementationOf: (hardware, board = 'zedboard') => ({
      template: 'vivado/implement.sh',
      inputs: {
        hardware: { copy: join(hardware.out, 'hardware') },
        'platform/board-part': Buffer.from(`${boardType(board).boardParts[0]}\n`),
      },
    }),
    probeOf: (board) => ({ template: 'vivado/probe.sh', arguments: [boardType(board).part] }),
  };
}

/** Submodels to build, there from the first `beforeAll` on. */
export interface TfcSubmodels {
  /** A folder with RTL and HLS layers. */
  mixed: string;
  /** A folder with a single HLS layer. */
  small: string;
  /** What hardware.py made of `small`. */
  smallProject: JobResult;
}

/** Has the network preprocessed, folded and split, and the hardware of a small submodel made, before the tests. */
export function tfcSubmodels({ root, run, tools, preprocess, estimate, hardwareOf }: TfcJobs): TfcSubmodels {
  const made = {} as TfcSubmodels;
  beforeAll(async () => {
    const folded = await estimate(await preprocess({}), {});
    const cuts = [{ after: 'MVAU_hls_0' }, { after: 'MVAU_hls_3' }];
    const { out } = await runStage(
      split,
      join(root, 'split'),
      { 'model/dataflow.onnx': readFileSync(join(folded.out, 'raw/dataflow.onnx')) },
      { params: { strategy: 'manual', cuts, limits: {}, boards: [], target: targetOn('zedboard') } },
    );
    const rows = readJson<readonly { id: string }[]>(join(out, 'submodels', 'manifest.json'));
    const [mixed, , small] = rows.map(({ id }) => join(out, 'submodels', id)) as [string, string, string];
    const smallProject = await run({ ...hardwareOf(small), tools: tools() });
    Object.assign(made, { mixed, small, smallProject });
  }, 120_000);
  return made;
}

/** The target of a stage on this type of board. */
export function targetOn(board: string, clockMHz = 100) {
  return { board, part: boardType(board).part, clockMHz };
}

const folding = readJson<object>(join(tfc, 'folding.json'));
const preprocessing = {
  part: 'xc7z020clg484-1',
  preset: 'default',
  steps: null,
  specialize: readJson<object>(join(tfc, 'specialize.json')),
  standalone_thresholds: false,
};
