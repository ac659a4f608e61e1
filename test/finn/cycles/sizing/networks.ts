import type { FifoPlace, Network, NetworkUnit } from '../../../../finn/cycles/network.ts';
import type { UnitSpec } from '../../../../finn/cycles/unit-spec.ts';
import { reads, writes } from '../../../../finn/cycles/units/hls-loop.ts';

/** A loop that reads `burst` words, one a cycle, and then writes as many; `repetitions` times an image. */
export function bursts(burst: number, repetitions: number): UnitSpec {
  const pattern = new Uint8Array(2 * burst).fill(reads, 0, burst).fill(writes, burst);
  return { type: 'hls-loop', shape: { pattern, repetitions } };
}

/** A loop that reads and writes a word every `cycles` cycles, `words` times an image. */
export function steady(cycles: number, words: number): UnitSpec {
  const pattern = new Uint8Array(cycles);
  pattern[0] = reads | writes;
  return { type: 'hls-loop', shape: { pattern, repetitions: words } };
}

/** Units one behind the other, with a FIFO before the first, behind the last and between them; images of `words` words. */
export function chain(specs: readonly UnitSpec[], words: number, width = 16, written = 2): Network {
  const units = specs.map((spec, index): NetworkUnit => ({
    layer: `Layer_${index}`,
    spec,
    inputs: [2 * index + 1],
    outputs: [2 * index + 2],
  }));
  const last = 2 * specs.length + 1;
  const fifos = Array.from({ length: specs.length + 1 }, (_, index) =>
    fifo(2 * index, 2 * index + 1, width, written),
  );
  return {
    ...{ links: last + 1, units, fifos },
    source: { link: 0, words, width },
    sink: { link: last, words, width },
  };
}

/** A fork into a FIFO and into a FIFO, `spec` and a FIFO, which join: FIFOs of 8 bits, in the order before, short, long, long, behind. */
export function forked(spec: UnitSpec, words: number): Network {
  return {
    links: 10,
    units: [
      { layer: 'Fork_0', spec: { type: 'fork' }, inputs: [1], outputs: [2, 4] },
      { layer: 'Layer_0', spec, inputs: [5], outputs: [6] },
      { layer: 'Join_0', spec: { type: 'join' }, inputs: [3, 7], outputs: [8] },
    ],
    fifos: [fifo(0, 1, 8, 2), fifo(2, 3, 8, 2), fifo(4, 5, 8, 2), fifo(6, 7, 8, 2), fifo(8, 9, 8, 2)],
    source: { link: 0, words, width: 8 },
    sink: { link: 9, words, width: 8 },
  };
}

function fifo(input: number, output: number, width: number, written: number): FifoPlace {
  const setting = { layer: 'Layer_0', attribute: 'inFIFODepths', position: 0 } as const;
  return { from: null, to: null, side: null, input, output, width, written, setting };
}
