import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boardType } from '../../boards/data.ts';
import type { Deployment } from '../../boards/deployment.ts';
import { defined } from '../../base/defined.ts';
import type { SequenceResult } from '../../cluster/sequence.ts';
import { failure, success } from '../../base/result.ts';
import type { Work } from '../../core/contracts/types.ts';
import { counted } from '../../base/text.ts';
import { writeJson } from '../shared/files.ts';
import { openHost } from '../shared/host.ts';
import { readImages } from '../shared/images.ts';
import { agreedDeployment, onBoards } from '../shared/on-boards.ts';
import { refusing } from '../shared/refusing.ts';
import { judgeOf } from './judge.ts';
import type { Judgement } from './judgement.ts';
import type { SmokeJob, SmokeParams } from './params.ts';
import { readConstants, timelineOf } from './timeline.ts';

/**
 * Runs images through the deployed cluster and compares their results with the expected ones, if any: `in/deployed/<NN>/`
 * holds the boards' receipts, `in/host/` the host part, `in/inputs/images.npy`, `in/expected/expected.npy` and
 * optionally `in/labels/labels.npy` the data; params: `classes` (names) and `count` (how many images). `world` holds the
 * boards, for emulated ones `boardsDir` and `emulatedBoard`, the bundled board program, for real ones `project` and `tools`. Writes `out/report/smoke.json`.
 */
export const smoke: Work<SmokeJob> = (job) =>
  refusing(async () => {
    const { params } = job;
    const world = defined(job.world, 'smoke is an effect');
    const deployment = await readReceipts(join(job.inDir, 'deployed'));
    const host = await openHost(join(job.inDir, 'host'));
    const images = await readImages(job, host.part.input, params.count);
    const judge = await judgeOf(job, host.part.outputs, images.length);
    const clock = (): number => job.elapsed() / 1000;
    const { results, sequence } = await onBoards(deployment, host, world, clock, (run) => run(images));
    const judgement = judge(results);
    const boards = world.boards.filter(({ name }) => deployment.assignment.includes(name));
    const detail = [
      ...judgement.table,
      ...timing(sequence, images.length, boards),
      ...timeline(params.timeline, deployment, sequence, images.length),
    ];
    for (const line of detail) job.log(line);
    await writeReport(join(job.outDir, 'report'), deployment, sequence, images.length, judgement);
    if (judgement.problem !== null) return failure(judgement.problem);
    return success({
      emulated: sequence.emulated,
      detail,
      summary: `${sequence.emulated ? 'EMULATED: ' : ''}${judgement.totals}`,
    });
  });

async function readReceipts(directory: string): Promise<Deployment> {
  const names = (await readdir(directory)).sort();
  return agreedDeployment(
    await Promise.all(
      names.map(async (name) => ({
        name,
        text: await readFile(join(directory, name, 'receipt.json'), 'utf8'),
      })),
    ),
  );
}

/** The timeline of one image, from the stage's constants; beside it what the emulated accelerators take by their own model. */
function timeline(
  constants: SmokeParams['timeline'],
  { assignment }: Deployment,
  { rounds, emulated }: SequenceResult,
  images: number,
): readonly string[] {
  if (constants === undefined) return [];
  const positions = rounds.map((round) => round.positions);
  const { lines } = timelineOf(positions, assignment, readConstants(constants));
  const average = (1000 * rounds.reduce((all, { modelled }) => all + modelled.infer, 0)) / images;
  const own = `by the cycle model the accelerators compute an image of this batch in ${average.toFixed(2)} ms`;
  return [
    'EMULATED, one image by the constants of pipeline.yaml:',
    ...lines,
    ...(emulated ? [`EMULATED, ${own}`] : []),
  ];
}

/** How long it took: by the clock if a real board took part, by the time model if an emulated one did. */
function timing(
  { rounds, emulated }: SequenceResult,
  images: number,
  boards: readonly { readonly type: string; readonly emulated: boolean }[],
): readonly string[] {
  const hasRealBoards = boards.some((board) => !board.emulated);
  const foreign = boards
    .filter((board) => board.emulated)
    .map(({ type }) => boardType(type))
    .find(({ name, reconfiguration }) => reconfiguration.measuredOn !== name);
  const origin = foreign === undefined ? '' : `, as measured on a ${foreign.reconfiguration.measuredOn}`;
  const total = (of: (round: SequenceResult['rounds'][number]) => number, digits: number): string =>
    `${(1000 * rounds.reduce((all, round) => all + of(round), 0)).toFixed(digits)} ms`;
  const count = `${counted(rounds.length, 'round')} of reconfiguration`;
  const measured = `${emulated ? 'EMULATED, ' : ''}measured: ${count} ${total((round) => round.measured.load, 1)}, ${images} images ${total((round) => round.measured.infer, 1)} (with network and processors)`;
  const modelled = `EMULATED, by the time model: ${count} ${total((round) => round.modelled.load, 1)}${origin}, accelerators alone ${total((round) => round.modelled.infer, 3)} for ${images} images (network and processors not included)`;
  return [...(hasRealBoards ? [measured] : []), ...(emulated ? [modelled] : [])];
}

async function writeReport(
  directory: string,
  { deployment, assignment }: Deployment,
  { emulated, rounds }: SequenceResult,
  images: number,
  { report }: Judgement,
): Promise<void> {
  await writeJson(directory, 'smoke.json', {
    format: 2,
    emulated,
    deployment,
    assignment,
    images,
    ...report,
    rounds,
  });
}
