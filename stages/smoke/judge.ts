import { Refusal } from '../../base/refusal.ts';
import type { WorkJob } from '../../core/contracts/types.ts';
import { readArrayFile } from '../shared/array-file.ts';
import { classJudge } from './classes.ts';
import type { Judge, Outputs } from './judgement.ts';
import { returned } from './judgement.ts';
import type { SmokeJob } from './params.ts';
import { valueJudge } from './values.ts';

/**
 * A judge by `in/expected/expected.npy` and `in/labels/labels.npy`, if they exist: by classes if the network returns one class, else by
 * values. Refuses files that hold anything else than the network returns.
 */
export async function judgeOf(
  job: Pick<WorkJob<SmokeJob>, 'inDir' | 'fileNames' | 'params'>,
  outputs: Outputs,
  images: number,
): Promise<Judge> {
  const expected = await readArrayFile(job, 'expected', 'expected.npy');
  const labels = await readArrayFile(job, 'labels', 'labels.npy');
  const [output] = outputs;
  if (outputs.length === 1 && output?.meaning === 'class')
    return classJudge({ expected, labels, names: job.params.classes ?? [], images });
  if (labels !== null)
    throw new Refusal(
      'smoke/no-class',
      `${labels.source.name} holds classes, but the network returns ${returned(outputs)} for an image`,
      'leave out labels, or end the network in an ArgMax or in a TopK of one',
      labels.source.at,
    );
  return valueJudge({ expected, outputs, images });
}
