import { setImmediate } from 'node:timers/promises';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import { type Executor, prepare, run } from '../../finn/execute/run.ts';
import { pack, packedByteLength, unpack } from '../../finn/packing.ts';
import { Refusal } from '../../onnx/refusal.ts';
import type { BoardType } from '../data.ts';
import type { Package } from '../package/directory.ts';
import type { PackageDescription } from '../package/format.ts';
import { checkLoadable } from '../package/loadable.ts';
import { maximumTailBytes } from '../protocol/frame.ts';
import type { Failed, Inferred, Loaded, Place, Reply, Request, Status } from '../protocol/messages.ts';
import { listPackages, readDeployment, readStoredPackage } from './state.ts';
import { computeSeconds } from './time.ts';

export interface EmulatedBoard {
  /** Answers one request; every refusal is an answer too. LOAD and INFER wait for one another, STATUS does not. */
  readonly handle: (request: Request) => Promise<Reply>;
  /** The answer to what could not be handled, counted as refused. */
  readonly refuse: (error: unknown) => Failed;
}

export interface EmulatedBoardSetup {
  /** Where the board keeps its state. */
  readonly directory: string;
  readonly name: string;
  readonly type: BoardType;
}

/** A board that computes in this process what its packages describe, bit for bit, and models the time. */
export function createEmulatedBoard({ directory, name, type }: EmulatedBoardSetup): EmulatedBoard {
  let loaded: {
    readonly id: string;
    readonly description: PackageDescription;
    readonly executor: Executor;
  } | null = null;
  let counts: Status['counts'] = { loads: 0, batches: 0, images: 0, refused: 0 };
  let last: Promise<unknown> = Promise.resolve();

  const handle = async (request: Request): Promise<Reply> => {
    try {
      if (request.type === 'status') return await status();
      const answer = last.then((): Promise<Reply> =>
        request.type === 'load' ? load(request) : infer(request),
      );
      last = answer.catch(() => undefined);
      return await answer;
    } catch (error) {
      return refuse(error);
    }
  };

  const load = async (place: Place): Promise<Loaded> => {
    await checkPlace(place);
    const found = await readStoredPackage(directory, name, place.package);
    checkLoadable(found.description, type, name);
    loaded = {
      id: found.id,
      description: found.description,
      executor: prepare(readHardwareGraph(modelOf(found, name))),
    };
    counts = { ...counts, loads: counts.loads + 1 };
    const { emulated, input, output, cycles } = found.description;
    const modelledSeconds = type.reconfigurationSeconds;
    return { type: 'loaded', package: found.id, emulated, input, output, cycles, modelledSeconds };
  };

  const infer = async (request: Request & { readonly type: 'infer' }): Promise<Inferred> => {
    await checkPlace(request);
    if (loaded?.id !== request.package) {
      throw new Refusal(
        'board/not-loaded',
        `${name} has ${loaded === null ? 'nothing' : `package ${loaded.id.slice(0, 12)}`} loaded, not package ${request.package.slice(0, 12)}`,
        'load the package before the batch; another client may have loaded its own',
      );
    }
    const { description, executor } = loaded;
    const { images } = request;
    checkBatch(request, description, name);
    const { input, output, cycles, clockMHz } = description;
    const stride = request.packed.length / images;
    const results: Uint8Array[] = [];
    for (let image = 0; image < images; image++) {
      const bytes = request.packed.subarray(image * stride, (image + 1) * stride);
      results.push(pack(run(executor, unpack(bytes, input.shape, input.datatype)), output.datatype));
      // Lets STATUS of another client, and the end of standard input, come in between two images.
      await setImmediate();
    }
    counts = { ...counts, batches: counts.batches + 1, images: counts.images + images };
    const modelledSeconds = computeSeconds(cycles, clockMHz, images);
    return {
      type: 'inferred',
      images,
      emulated: description.emulated,
      modelledSeconds,
      packed: Buffer.concat(results),
    };
  };

  const status = async (): Promise<Status> => ({
    type: 'status',
    name,
    boardType: type.name,
    part: type.part,
    emulated: true,
    deployment: (await readDeployment(directory, `the deployment on ${name}`))?.deployment ?? '',
    loaded: loaded?.id ?? '',
    packages: await listPackages(directory),
    counts,
  });

  const refuse = (error: unknown): Failed => {
    counts = { ...counts, refused: counts.refused + 1 };
    if (error instanceof Refusal) {
      return { type: 'error', code: error.code, message: error.message, hint: error.hint ?? '' };
    }
    const message = `${name} failed: ${error instanceof Error ? error.message : String(error)}`;
    return { type: 'error', code: 'board/internal', message, hint: '' };
  };

  // The three must agree, because old and new packages of a network can fit in shape and answer wrongly.
  const checkPlace = async ({ deployment, position, package: id }: Place): Promise<void> => {
    const held = await readDeployment(directory, `the deployment on ${name}`);
    if (held === null) {
      throw new Refusal('board/no-deployment', `${name} holds no deployment`, 'deploy first');
    }
    if (
      held.deployment !== deployment ||
      held.packages[position] !== id ||
      held.assignment[position] !== name
    ) {
      throw new Refusal(
        'board/deployment-mismatch',
        `${name} holds deployment ${held.deployment.slice(0, 12)}; it does not run package ${id.slice(0, 12)} at position ${String(position)} of deployment ${deployment.slice(0, 12)}`,
        'deploy again to all boards: packages of different deployments are never mixed',
      );
    }
  };

  return { handle, refuse };
}

function checkBatch(
  { images, packed }: Request & { readonly type: 'infer' },
  { input, output }: PackageDescription,
  name: string,
): void {
  const expected = images * packedByteLength(input.shape, input.datatype);
  if (images === 0 || packed.length !== expected) {
    throw new Refusal(
      'board/wrong-batch',
      `${name} expects ${String(expected)} bytes for ${String(images)} images of ${input.datatype} [${input.shape.join(', ')}], but got ${String(packed.length)}`,
    );
  }
  if (images * packedByteLength(output.shape, output.datatype) > maximumTailBytes) {
    throw new Refusal(
      'board/wrong-batch',
      `the results of ${String(images)} images do not fit one frame`,
      'send fewer',
    );
  }
}

function modelOf({ payload }: Package, name: string): Uint8Array {
  const model = payload.get('model.onnx');
  if (model !== undefined) return model;
  throw new Refusal('package/missing-file', `the package on ${name} holds no model.onnx`);
}
