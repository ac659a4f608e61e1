import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HardwareGraph } from '../../../../finn/graph.ts';
import type { SimulatedWords } from '../../../../stages/finn/rtl/compare.ts';
import type { Segment } from '../../../../stages/finn/rtl/segment.ts';
import { graphOf } from '../../../../stages/finn/rtl/segment.ts';
import type { MvauQueue } from '../../../../stages/toolchain.ts';
import { golden, readGraph, readJson } from '../../../finn/network.ts';

/** A chain of RTL layers with what FINN's RTL did; see test/golden/chains/README.md. */
export interface GoldenChain {
  readonly graph: HardwareGraph;
  readonly segment: Segment;
  readonly images: number;
  readonly queue: MvauQueue;
  readonly words: SimulatedWords;
}

type Files = 'input' | 'output' | 'cycles';

interface Index {
  readonly images: number;
  readonly queue: MvauQueue;
  readonly chains: readonly (Segment & { readonly bytes: { readonly [file in Files]: number } })[];
}

export function goldenChains(): readonly GoldenChain[] {
  const folder = join(golden, 'chains');
  const { images, queue, chains } = readJson<Index>(join(folder, 'chains.json'));
  const graph = readGraph(join(folder, 'chains.onnx'));
  const next = {
    input: sliced(folder, 'input'),
    output: sliced(folder, 'output'),
    cycles: sliced(folder, 'cycles'),
  };
  return chains.map(({ bytes, ...segment }) => ({
    graph: graphOf(graph, segment),
    segment,
    images,
    queue,
    words: {
      input: next.input(bytes.input),
      output: next.output(bytes.output),
      cycles: new Int32Array(next.cycles(bytes.cycles).buffer),
    },
  }));
}

/** Gives the next so many bytes of a file with each call. */
function sliced(folder: string, name: Files): (bytes: number) => Uint8Array {
  const contents = readFileSync(join(folder, `${name}.bin`));
  let start = 0;
  return (bytes) => {
    start += bytes;
    return Uint8Array.from(contents.subarray(start - bytes, start));
  };
}
