import { setImmediate } from 'node:timers/promises';
import type { DepthSettings } from '../../finn/cycles/depths.ts';
import { parseDepths } from '../../finn/cycles/depths.ts';
import type { Pace } from '../../finn/cycles/measure.ts';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import type { Executor } from '../../finn/execute/run.ts';
import { prepare, run } from '../../finn/execute/run.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import { pack, packedByteLength, unpack } from '../../finn/packing.ts';
import { Refusal } from '../../base/refusal.ts';
import type { BoardType } from '../data.ts';
import type { ClusterKey } from '../keys.ts';
import type { Package } from '../package/directory.ts';
import type { PackageDescription } from '../package/format.ts';
import { checkLoadable } from '../package/loadable.ts';
import { maximumTailBytes } from '../protocol/frame.ts';
import type { Batch, Inferred, LoadedPackage, DeployedPackage } from '../protocol/messages.ts';
import { readDeployment, readStoredPackage } from './state.ts';
import { computeSeconds, depthsFile, paceOf } from './time.ts';

/** Replaces the programmable logic: holds one package and computes batches, bit for bit. One call at a time. */
export interface EmulatedLogic {
  readonly load: (place: DeployedPackage) => Promise<LoadedPackage>;
  readonly infer: (batch: DeployedPackage & Batch) => Promise<Inferred>;
  readonly unload: () => void;
  /** Id of the loaded package; '' if none. */
  readonly loaded: () => string;
}

export interface EmulatedBoardSetup {
  /** The folder in which the board keeps its state. */
  readonly directory: string;
  readonly name: string;
  readonly type: BoardType;
}

/** `clock` returns seconds. */
export function createEmulatedLogic(
  setup: EmulatedBoardSetup,
  key: ClusterKey,
  clock: () => number,
): EmulatedLogic {
  const { directory, name, type } = setup;
  let content: Content | null = null;
  // By package: a board loads the same packages again and again.
  const paces = new Map<string, Pace>();

  const paceFor =
    ({ id, description, payload }: Package, graph: HardwareGraph) =>
    (): Pace => {
      const known = paces.get(id) ?? paceOf(graph, depthsIn(payload, name), description, type.portWidth);
      paces.set(id, known);
      return known;
    };
  const load = async (place: DeployedPackage): Promise<LoadedPackage> => {
    await checkPlace(setup, key, place);
    const found = await readStoredPackage(directory, name, place.package);
    checkLoadable(found.description, { name, type, emulated: true });
    const graph = readHardwareGraph(modelOf(found, name));
    content = {
      id: found.id,
      description: found.description,
      executor: prepare(graph),
      pace: paceFor(found, graph),
    };
    const { emulated, input, output, cycles } = found.description;
    const modelledSeconds = type.reconfiguration.seconds;
    return { type: 'loaded', package: found.id, emulated, input, output, cycles, modelledSeconds };
  };
  const infer = async (batch: DeployedPackage & Batch): Promise<Inferred> => {
    const started = clock();
    await checkPlace(setup, key, batch);
    const loaded = expected(content, batch.package, name);
    checkBatch(batch, loaded.description, name);
    const { images } = batch;
    const { emulated, clockMHz } = loaded.description;
    const modelledSeconds = computeSeconds(loaded.pace(), clockMHz, images);
    const packed = await compute(loaded, batch);
    return {
      type: 'inferred',
      images,
      emulated,
      modelledSeconds,
      measuredSeconds: clock() - started,
      packed,
    };
  };
  const unload = (): void => {
    content = null;
  };
  return { load, infer, unload, loaded: () => content?.id ?? '' };
}

/** The loaded package, ready to compute. */
interface Content {
  readonly id: string;
  readonly description: PackageDescription;
  readonly executor: Executor;
  /** Simulated when first asked for. */
  readonly pace: () => Pace;
}

// All three must match, because an old package may fit the shapes of a new network and give wrong answers.
async function checkPlace(
  { directory, name }: EmulatedBoardSetup,
  key: ClusterKey,
  { deployment, position, package: id }: DeployedPackage,
): Promise<void> {
  const held = await readDeployment(directory, `the deployment on ${name}`, key);
  if (held === null) throw new Refusal('board/no-deployment', `${name} holds no deployment`, 'deploy first');
  const { packages, assignment } = held;
  if (held.deployment === deployment && packages[position] === id && assignment[position] === name) return;
  throw new Refusal(
    'board/deployment-mismatch',
    `${name} holds deployment ${brief(held.deployment)}; it does not run package ${brief(id)} at position ${position} of deployment ${brief(deployment)}`,
    'deploy again to all boards: packages of different deployments are never mixed',
  );
}

function expected(content: Content | null, id: string, name: string): Content {
  if (content?.id === id) return content;
  throw new Refusal(
    'board/not-loaded',
    `${name} has ${content === null ? 'nothing' : `package ${brief(content.id)}`} loaded, not package ${brief(id)}`,
    'load the package before the batch',
  );
}

/** The results of a batch, packed, one image after the other. */
async function compute({ description, executor }: Content, { images, packed }: Batch): Promise<Uint8Array> {
  const { input, output } = description;
  const stride = packed.length / images;
  const results: Uint8Array[] = [];
  for (let image = 0; image < images; image++) {
    const bytes = packed.subarray(image * stride, (image + 1) * stride);
    results.push(pack(run(executor, unpack(bytes, input.shape, input.datatype)), output.datatype));
    // Between two images, lets other clients' STATUS and the end of standard input be handled.
    await setImmediate();
  }
  return Buffer.concat(results);
}

function checkBatch({ images, packed }: Batch, { input, output }: PackageDescription, name: string): void {
  const expected = images * packedByteLength(input.shape, input.datatype);
  if (images === 0 || packed.length !== expected)
    throw new Refusal(
      'board/wrong-batch',
      `${name} expects ${expected} bytes for ${images} images of ${input.datatype} [${input.shape.join(', ')}], but got ${packed.length}`,
    );

  if (images * packedByteLength(output.shape, output.datatype) > maximumTailBytes)
    throw new Refusal(
      'board/wrong-batch',
      `the results of ${images} images do not fit into one frame`,
      'send fewer images',
    );
}

function modelOf({ payload }: Package, name: string): Uint8Array {
  const model = payload.get('model.onnx');
  if (model !== undefined) return model;
  throw new Refusal('package/missing-file', `the package on ${name} has no model.onnx`);
}

function depthsIn(payload: Package['payload'], name: string): DepthSettings | null {
  const bytes = payload.get(depthsFile);
  return bytes === undefined ? null : parseDepths(String(bytes), `${depthsFile} on ${name}`);
}

/** The first digits of an id, for messages. */
function brief(id: string): string {
  return id.slice(0, 12);
}
