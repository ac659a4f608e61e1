import type { BoardConnection } from '../boards/client/connection.ts';
import type { Deployment } from '../boards/deployment.ts';
import { maximumTailBytes } from '../boards/protocol/frame.ts';
import type { Inferred, LoadedPackage, DeployedPackage } from '../boards/protocol/messages.ts';
import { pack, packedByteLength, unpack } from '../finn/packing.ts';
import type { IntegerTensor } from '../finn/tensor.ts';
import { defined } from '../base/defined.ts';
import { Refusal } from '../base/refusal.ts';
import { planRounds } from './rounds.ts';

/** Seconds of one round: its longest reconfiguration (they run in parallel) and its boards' work on the whole batch. */
export interface RoundSeconds {
  readonly load: number;
  readonly infer: number;
}

export interface Round {
  readonly positions: readonly number[];
  /** By the clock, including network and processors. */
  readonly measured: RoundSeconds;
  /** By the boards' time models: reconfiguration and accelerator alone. */
  readonly modelled: RoundSeconds;
}

export interface SequenceResult {
  /** One per image. */
  readonly outputs: readonly IntegerTensor[];
  readonly rounds: readonly Round[];
  /** Whether an emulated board computed any of it. */
  readonly emulated: boolean;
}

/**
 * Runs a batch through a deployment as published: round by round, the round's boards are loaded in parallel and then
 * take the batch one after the other. `boards` are open connections by name; `images` have the shape of the first
 * submodel's input; `clock` returns seconds.
 */
export async function runSequence(
  deployment: Deployment,
  boards: ReadonlyMap<string, BoardConnection>,
  images: readonly IntegerTensor[],
  clock: () => number,
): Promise<SequenceResult> {
  const rounds: Round[] = [];
  let emulated = false;
  let batch: PackedBatch | null = null;
  for (const positions of planRounds(deployment.assignment)) {
    const stations = positions.map((position) => stationAt(deployment, position, boards));
    const started = clock();
    const ready = await allOrFirstFailure(
      stations.map(async (station) => {
        const { board, place } = station;
        return { ...station, loaded: await board.load(place, loadDeadlineSeconds) };
      }),
    );
    const loaded = clock();
    let modelledInference = 0;
    for (const station of ready) {
      batch = await inferBatch(station, batch ?? packImages(images, station.loaded));
      modelledInference += batch.modelledSeconds;
      emulated ||= batch.emulated;
    }
    rounds.push({
      positions,
      measured: { load: loaded - started, infer: clock() - loaded },
      modelled: {
        load: Math.max(...ready.map((station) => station.loaded.modelledSeconds)),
        infer: modelledInference,
      },
    });
  }
  return { outputs: batch === null ? [] : unpackBatch(batch, images.length), rounds, emulated };
}

const loadDeadlineSeconds = 60;
const inferDeadlineSecondsPerImage = 30;
/** Bounds the duration of one request, and with it the time until a dead board is noticed. */
const maximumImagesPerRequest = 32;

/** A batch between two submodels. It stays packed, because both sides of a cut have the same normal shape and datatype. */
interface PackedBatch {
  readonly packed: Uint8Array;
  readonly boundary: LoadedPackage['output'];
  readonly modelledSeconds: number;
  readonly emulated: boolean;
}

interface Station {
  readonly board: BoardConnection;
  readonly place: DeployedPackage;
}

interface LoadedStation extends Station {
  readonly loaded: LoadedPackage;
}

function stationAt(
  { deployment, packages, assignment }: Deployment,
  position: number,
  boards: ReadonlyMap<string, BoardConnection>,
): Station {
  const name = defined(assignment[position], 'rounds have positions of the assignment');
  const board = boards.get(name);
  if (board === undefined)
    throw new Refusal(
      'cluster/unknown-board',
      `the deployment runs submodel ${position} on ${name}, which is not in the cluster`,
    );

  const id = defined(packages[position], 'a deployment has as many packages as boards that run them');
  return { board, place: { deployment, position, package: id } };
}

// Every LOAD is awaited before the first failure is thrown, so that no board is left reconfiguring unobserved.
async function allOrFirstFailure<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function packImages(images: readonly IntegerTensor[], { input }: LoadedPackage): PackedBatch {
  for (const { shape } of images) {
    if (shape.join() === input.shape.join()) continue;
    throw new Refusal(
      'cluster/wrong-input',
      `the first submodel takes [${input.shape.join(', ')}], but an image has the shape [${shape.join(', ')}]`,
    );
  }
  const packed = Buffer.concat(images.map((image) => pack(image, input.datatype)));
  return { packed, boundary: input, modelledSeconds: 0, emulated: false };
}

async function inferBatch(
  { board, place, loaded: { input, output } }: LoadedStation,
  batch: PackedBatch,
): Promise<PackedBatch> {
  const stride = packedByteLength(input.shape, input.datatype);
  const longest = Math.max(stride, packedByteLength(output.shape, output.datatype));
  const step = Math.max(1, Math.min(maximumImagesPerRequest, Math.floor(maximumTailBytes / longest)));
  const answers: Inferred[] = [];
  for (let start = 0; start < batch.packed.length; start += step * stride) {
    const packed = batch.packed.subarray(start, start + step * stride);
    const images = packed.length / stride;
    answers.push(await board.infer({ ...place, images, packed }, inferDeadlineSecondsPerImage * images));
  }
  return {
    packed: Buffer.concat(answers.map((answer) => answer.packed)),
    boundary: output,
    modelledSeconds: answers.reduce((sum, answer) => sum + answer.modelledSeconds, 0),
    emulated: answers.some((answer) => answer.emulated),
  };
}

function unpackBatch({ packed, boundary }: PackedBatch, images: number): readonly IntegerTensor[] {
  const stride = packedByteLength(boundary.shape, boundary.datatype);
  return Array.from({ length: images }, (_, image) =>
    unpack(packed.subarray(image * stride, (image + 1) * stride), boundary.shape, boundary.datatype),
  );
}
