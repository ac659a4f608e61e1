import { setImmediate } from 'node:timers/promises';
import type { Diagnostic } from '../base/diagnostic.ts';
import { diagnosticsOf } from '../base/refusal.ts';
import type { World } from '../core/contracts/world.ts';
import type { OnnxTensor } from '../onnx/model.ts';
import type { Host } from '../stages/shared/host.ts';
import { openHost } from '../stages/shared/host.ts';
import { agreedDeployment, onBoards } from '../stages/shared/on-boards.ts';
import type { ImageOptions, NamedImage, NamedPath } from './images.ts';
import { namedImages } from './images.ts';

export interface InferenceJob {
  /** The receipts of all boards. */
  readonly receipts: Parameters<typeof agreedDeployment>[0];
  /** Folder of the host part. */
  readonly host: string;
  readonly world: World;
  readonly paths: readonly NamedPath[];
  readonly images: ImageOptions;
  /** How many of the images; null for all. */
  readonly count: number | null;
  /** How many images pass the cluster at a time. */
  readonly batch: number;
  /** Looks at what the network returns, before any board is asked; may refuse. */
  readonly onOutputs: (outputs: Outputs) => void;
  readonly onProgress: (progress: Progress) => void;
  /** ms. */
  readonly elapsed: () => number;
  readonly signal: AbortSignal;
}

export type Outputs = Host['part']['outputs'];

export interface Progress {
  readonly done: number;
  readonly all: number;
  /** Since the first batch began. */
  readonly seconds: number;
  readonly emulated: boolean;
}

/** The results for one image: one tensor per output of the network. */
export interface Result {
  readonly image: string;
  readonly tensors: readonly OnnxTensor[];
}

export interface Inference {
  readonly results: readonly Result[];
  readonly progress: Progress;
  /** Why the images behind the last result were not run; empty if all were. */
  readonly problems: readonly Diagnostic[];
}

/**
 * Runs images through what is deployed, batch by batch. What is refused before the first batch is thrown; after it, the results so far
 * are returned with the reason.
 */
export async function infer(job: InferenceJob): Promise<Inference> {
  const { world, batch, elapsed, signal, onProgress } = job;
  const deployment = agreedDeployment(job.receipts);
  const host = await openHost(job.host);
  job.onOutputs(host.part.outputs);
  const named = await namedImages(job.paths, host.part.input, job.images);
  const images = named.slice(0, job.count ?? named.length);
  const results: Result[] = [];
  let next = await loaded(images.slice(0, batch));
  return onBoards(
    deployment,
    host,
    world,
    () => elapsed() / 1000,
    async (run) => {
      const began = elapsed();
      let progress: Progress = { done: 0, all: images.length, seconds: 0, emulated: false };
      const ended = (problems: readonly Diagnostic[]): Inference => ({ results, progress, problems });
      try {
        while (next.length > 0 && !signal.aborted) {
          const { results: found, sequence } = await run(next);
          for (const tensors of found) results.push({ image: images[results.length]?.name ?? '', tensors });
          const seconds = (elapsed() - began) / 1000;
          const emulated = progress.emulated || sequence.emulated;
          progress = { ...progress, done: results.length, seconds, emulated };
          onProgress(progress);
          next = await loaded(images.slice(results.length, results.length + batch));
        }
        return ended([]);
      } catch (error) {
        return ended(diagnosticsOf(error));
      }
    },
  );
}

/** Decoding a batch can take longer than a lease lasts, which is renewed between two images. */
async function loaded(images: readonly NamedImage[]): Promise<readonly OnnxTensor[]> {
  const tensors: OnnxTensor[] = [];
  for (const { load } of images) {
    tensors.push(load());
    await setImmediate();
  }
  return tensors;
}
