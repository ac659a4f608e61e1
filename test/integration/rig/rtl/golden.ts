import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeHardwareGraph } from '../../../../finn/dialect/write.ts';
import type { HardwareGraph } from '../../../../finn/graph.ts';
import type { Outcome, SimulationPlan } from './outcomes.ts';

/** Keeps what FINN's RTL did, so that it can be held against our model without a simulator; see test/golden/chains/README.md. */
export function keepChains(
  folder: string,
  graph: HardwareGraph,
  { images, queue }: SimulationPlan,
  outcomes: readonly Outcome[],
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'chains.onnx'), writeHardwareGraph(graph));
  const described = outcomes.map(({ segment, words: { input, output, cycles } }) => ({
    ...segment,
    bytes: { input: input.length, output: output.length, cycles: cycles.byteLength },
  }));
  writeFileSync(join(folder, 'chains.json'), `${JSON.stringify({ images, queue, chains: described })}\n`);
  for (const name of ['input', 'output', 'cycles'] as const)
    writeFileSync(
      join(folder, `${name}.bin`),
      Buffer.concat(outcomes.map(({ words }) => bytesOf(words[name]))),
    );
}

function bytesOf(words: Uint8Array | Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
