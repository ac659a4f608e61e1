import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect } from 'vitest';
import { makeDeployment } from '../../boards/deployment.ts';
import { storeDeployment, storePackage } from '../../boards/emulated/store.ts';
import type { ClusterKey } from '../../boards/keys.ts';
import type { Package } from '../../boards/package/directory.ts';
import { makePackage } from '../../boards/package/directory.ts';
import type { Boundary, Cycles, PackageDescription } from '../../boards/package/format.ts';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../finn/dialect/write.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import type { IntegerTensor } from '../../finn/tensor.ts';

/** A part of the TFC network, as from `split`. */
export interface Part {
  readonly model: Uint8Array;
  readonly input: Boundary;
  readonly output: Boundary;
  readonly cycles: Cycles;
}

const golden = 'test/golden/tfc-w2a2';

/** A new directory and a function that removes it. */
export async function temporaryDirectory(): Promise<{
  readonly path: string;
  readonly remove: () => Promise<void>;
}> {
  const path = await mkdtemp(join(tmpdir(), 'boards-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Bundles the emulated board as a release does; returns the path of the program. */
export async function bundleEmulatedBoard(directory: string): Promise<string> {
  const outfile = join(directory, 'emulated-board.mjs');
  await bundleProgram('boards/emulated/main.ts', outfile);
  return outfile;
}

/** Bundles a program in TypeScript, with all that it imports, into one file. */
export async function bundleProgram(source: string, outfile: string): Promise<void> {
  const createRequire =
    "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);";
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: { js: createRequire },
    logLevel: 'error',
  });
}

/** The first of the 100 test images, and the class FINN computes for each. */
export async function exampleImages(count: number): Promise<{ images: IntegerTensor[]; classes: number[] }> {
  const [bytes, classes] = await Promise.all(
    ['images', 'expected'].map((name) => readFile(`examples/tfc-w2a2/${name}.npy`)),
  );
  // Both are uint8 in C order after a header; 100 images and 100 classes.
  const pixels = bytes!.subarray(bytes!.length - 100 * 784);
  return {
    images: Array.from({ length: count }, (_, image) => ({
      shape: [1, 1, 28, 28],
      data: Int32Array.from(pixels.subarray(image * 784, (image + 1) * 784)),
    })),
    classes: [...classes!.subarray(classes!.length - 100)].slice(0, count),
  };
}

/** FINN's TFC network, whole. */
async function wholeGraph(): Promise<HardwareGraph> {
  return readHardwareGraph(await readFile(join(golden, 'dataflow.onnx')));
}

/** The TFC network cut after the named nodes. */
export async function cutParts(...after: readonly string[]): Promise<readonly Part[]> {
  const perNode = JSON.parse(
    await readFile(join(golden, 'estimate_layer_cycles.json'), 'utf8'),
  ) as Cycles['perNode'];
  return partsOf(await wholeGraph(), perNode, after);
}

/** A graph cut after the named nodes; nodes without a number of cycles count as 0. */
export function partsOf(
  graph: HardwareGraph,
  perNode: Cycles['perNode'],
  after: readonly string[],
): readonly Part[] {
  const ends = [
    ...after.map((name) => graph.nodes.findIndex((node) => node.name === name) + 1),
    graph.nodes.length,
  ];
  return ends.map((end, index) => {
    const nodes = graph.nodes.slice(ends[index - 1] ?? 0, end);
    const used = new Set(nodes.flatMap((node) => [...node.inputs, ...node.outputs]));
    const [input, output] = [nodes[0]!.inputs[0]!, nodes.at(-1)!.outputs[0]!];
    const part = {
      nodes,
      tensors: new Map([...graph.tensors].filter(([name]) => used.has(name))),
      parameters: new Map([...graph.parameters].filter(([name]) => used.has(name))),
      inputs: [input],
      outputs: [output],
    };
    const counts = Object.fromEntries(nodes.map(({ name }) => [name, perNode[name] ?? 0]));
    const all = Object.values(counts);
    return {
      model: writeHardwareGraph(part),
      input: boundary(part, input),
      output: boundary(part, output),
      cycles: { perNode: counts, max: Math.max(...all), total: all.reduce((sum, n) => sum + n, 0) },
    };
  });
}

/** The package of a part for the emulated Zedboard, optionally with changes. */
export function packageOf(
  { model, input, output, cycles }: Part,
  change: Partial<PackageDescription> = {},
  payload: ReadonlyMap<string, Uint8Array> = new Map([['model.onnx', model]]),
): Package {
  const target = { board: 'zedboard', part: 'xc7z020clg484-1', clockMHz: 100 };
  const origin = { versions: { finn: null, vivado: null }, bitstream: { design: null } };
  return makePackage(
    { submodel: 'x', emulated: true, ...target, input, output, cycles, ...origin, ...change },
    payload,
  );
}

/** Stores packages, in order, and their deployment on a board's disk; returns the deployment. */
export async function deployTo(
  directory: string,
  packages: readonly Package[],
  assignment: readonly string[],
  key: ClusterKey,
) {
  const deployment = makeDeployment(
    packages.map(({ id }) => id),
    assignment,
  );
  for (const found of packages) await storePackage(directory, 'it', found);
  await storeDeployment(directory, 'it', deployment, key);
  return deployment;
}

/** Matches a refusal by its code and a part of its message. */
export function refusal(code: string, message: string): unknown {
  return expect.objectContaining({ code, message: expect.stringContaining(message) as string });
}

function boundary(graph: HardwareGraph, name: string): Boundary {
  const { shape, datatype } = graph.tensors.get(name)!;
  return { shape, datatype, folded: shape };
}
