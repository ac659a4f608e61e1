import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal, Refusals } from '../../../../base/refusal.ts';
import { writeHardwareGraph } from '../../../../finn/dialect/write.ts';
import type { HardwareGraph } from '../../../../finn/graph.ts';
import { lower } from '../../../../finn/lower/lower.ts';
import type { Route } from '../../../../finn/lower/route.ts';
import { readModel } from '../../../../onnx/read.ts';
import { examples, golden, mlps, readGraph, readJson } from '../../../finn/network.ts';

export const part = 'xc7z020clg484-1';
export const clockMHz = 100;

/** Specialised networks of vectors that are not folded yet, by name. */
export const vectorNetworks: readonly (readonly [string, () => HardwareGraph])[] = [
  ['tfc-w2a2', () => loweredExample('tfc-w2a2', 'default')],
  ...mlps.map((name) => [name, () => readGraph(join(golden, 'mlps', `${name}.onnx`))] as const),
];

/** The convolutional examples, likewise. */
export const convolutionalNetworks: readonly (readonly [string, () => HardwareGraph])[] = [
  ['cnv-w2a2', () => loweredExample('cnv-w2a2', 'default')],
  ['mobilenetv1', () => loweredExample('mobilenetv1', 'mobilenet')],
];

/** The path of the graph in this folder. */
export function written(directory: string, graph: HardwareGraph): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'dataflow.onnx');
  writeFileSync(path, writeHardwareGraph(graph));
  return path;
}

/** What we make of something, or null where we refuse it. */
export function unlessRefused<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof Refusal || error instanceof Refusals) return null;
    throw error;
  }
}

function loweredExample(name: string, preset: Route['preset']): HardwareGraph {
  const model = readModel(readFileSync(join(examples, name, 'model.onnx')));
  const specialize = readJson(join(examples, name, 'specialize.json'));
  return lower(model, part, specialize, { preset, standaloneThresholds: false }).graph;
}
