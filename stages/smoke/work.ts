import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boardType } from '../../boards/data.ts';
import type { Deployment } from '../../boards/deployment.ts';
import { parseDeployment } from '../../boards/deployment.ts';
import { defined } from '../../base/defined.ts';
import { keysIn } from '../../boards/world.ts';
import type { SequenceResult } from '../../cluster/sequence.ts';
import { runSequence } from '../../cluster/sequence.ts';
import { openCluster } from '../../cluster/start.ts';
import { failure, success } from '../../base/result.ts';
import type { Work } from '../../core/contracts/types.ts';
import { runHost } from '../../finn/host/host-part.ts';
import { readNpy } from '../../finn/npy.ts';
import type { IntegerTensor } from '../../finn/tensor.ts';
import { Refusal } from '../../base/refusal.ts';
import { counted } from '../../base/text.ts';
import { writeJson } from '../shared/files.ts';
import { readHostPart, readImages } from '../shared/images.ts';
import { refusing } from '../shared/refusing.ts';
import type { SmokeJob, SmokeParams } from './params.ts';
import { readConstants, timelineOf } from './timeline.ts';
import type { Verdict } from './verdict.ts';
import { agreeing, firstImages, mismatch, totals } from './verdict.ts';

/**
 * Runs images through the deployed cluster and compares their classes with the expected ones, if any: `in/deployed/<NN>/`
 * holds the boards' receipts, `in/host/host.json` the host part, `in/inputs/images.npy`, `in/expected/expected.npy` and
 * optionally `in/labels/labels.npy` the data; params: `classes` (names) and `count` (how many images). `world` holds the
 * boards, for emulated ones `boardsDir` and `emulatedBoard`, the bundled board program, for real ones `project` and `tools`. Writes `out/report/smoke.json`.
 */
export const smoke: Work<SmokeJob> = (job) =>
  refusing(async () => {
    const { params } = job;
    const world = defined(job.world, 'smoke is an effect');
    const deployment = await readReceipts(join(job.inDir, 'deployed'));
    const host = await readHostPart(job.inDir);
    const images = await readImages(job.inDir, host, params.count ?? null);
    const expected = await readClasses(job.inDir, 'expected/expected.npy', images.length);
    const labels = await readClasses(job.inDir, 'labels/labels.npy', images.length);

    const boards = world.boards.filter(({ name }) => deployment.assignment.includes(name));
    const cluster = await openCluster(boards, world, keysIn(world));
    let result: SequenceResult;
    try {
      const inputs = images.map((image) => runHost(host.before, image));
      result = await runSequence(deployment, cluster.boards, inputs, () => job.elapsed() / 1000);
    } finally {
      await cluster.close();
    }
    const predicted = result.outputs.map((output) => classOf(runHost(host.after, output)));

    const verdict: Verdict = {
      predicted,
      expected,
      labels,
      names: params.classes ?? [],
    };
    const detail = [
      ...firstImages(verdict),
      ...timing(result, images.length, boards),
      ...timeline(params.timeline, deployment, result, images.length),
    ];
    for (const line of detail) job.log(line);
    await writeReport(join(job.outDir, 'report'), deployment, result, verdict);
    const different = mismatch(verdict);
    if (different !== null) return failure(different);
    return success({
      emulated: result.emulated,
      detail,
      summary: `${result.emulated ? 'EMULATED: ' : ''}${totals(verdict)}`,
    });
  });

/** The deployment all boards agree on. */
async function readReceipts(directory: string): Promise<Deployment> {
  const receipts = await Promise.all(
    (await readdir(directory)).sort().map(async (name) => {
      const text = await readFile(join(directory, name, 'receipt.json'), 'utf8');
      return parseDeployment(text, `the receipt ${name}`);
    }),
  );
  const [first] = receipts;
  if (first !== undefined && receipts.every(({ deployment }) => deployment === first.deployment))
    return first;
  throw new Refusal(
    'smoke/mixed-deployment',
    first === undefined ? 'nothing is deployed' : 'the boards hold different deployments',
    'deploy to all boards of the cluster',
  );
}

async function readClasses(inDir: string, path: string, count: number): Promise<readonly number[] | null> {
  if (!existsSync(join(inDir, path))) return null;
  const { data, shape } = readNpy(await readFile(join(inDir, path)));
  if (shape.length === 1 && data.length >= count) return [...data.subarray(0, count)];
  throw new Refusal(
    'smoke/too-few-classes',
    `${path} holds [${shape.join(', ')}], not the classes of ${count} images`,
  );
}

function classOf({ shape, data }: IntegerTensor): number {
  const [index] = data;
  if (index !== undefined && data.length === 1) return index;
  throw new Refusal(
    'smoke/no-class',
    `the network returns [${shape.join(', ')}] for an image instead of one class`,
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
  { predicted, expected, labels }: Verdict,
): Promise<void> {
  const report = {
    format: 1,
    emulated,
    deployment,
    assignment,
    images: predicted.length,
    asExpected: expected === null ? null : agreeing(predicted, expected),
    right: labels === null ? null : agreeing(predicted, labels),
    predicted,
    expected,
    labels,
    rounds,
  };
  await writeJson(directory, 'smoke.json', report);
}
