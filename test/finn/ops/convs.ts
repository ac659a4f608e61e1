import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HardwareGraph } from '../../../finn/graph.ts';
import type { GoldenMlp } from '../network.ts';
import { golden, readGraph, readJson } from '../network.ts';

/** What FINN makes of a network under `golden/convs`. */
interface GoldenConvolution extends GoldenMlp {
  readonly part: string;
  readonly unspecialised: {
    readonly tensors: { readonly [name: string]: string };
    readonly nodes: readonly HardwareGraph['nodes'][number]['attributes'][];
  };
}

const directory = join(golden, 'convs');

export const convs: readonly string[] = readdirSync(directory)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.slice(0, -'.onnx'.length));

export function convolution(name: string): {
  readonly graph: HardwareGraph;
  readonly answer: GoldenConvolution;
} {
  return {
    graph: readGraph(join(directory, `${name}.onnx`)),
    answer: readJson(join(directory, `${name}.json`)),
  };
}
