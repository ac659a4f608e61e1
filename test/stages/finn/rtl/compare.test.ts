import { describe, expect, it } from 'vitest';
import { nodeOf } from '../../../../finn/ops/index.ts';
import { disagreementOf } from '../../../../stages/finn/rtl/compare.ts';
import { goldenChains } from './golden-chains.ts';

const part = 'xc7z020clg484-1';
const chains = goldenChains();

describe('what FINN’s RTL did', () => {
  it.each(chains.map((chain) => [chain.segment.nodes.join(' → '), chain] as const))(
    '%s: every word by our executor, every cycle by our model',
    (_, { words, ...job }) => {
      expect(disagreementOf({ ...job, part }, words)).toBeNull();
    },
  );

  it('comes from every RTL layer, both styles of windows, width converters and deep FIFOs', () => {
    const traits = chains.flatMap(({ graph, segment }) => [
      ...graph.nodes.map(({ opType }) => opType),
      ...graph.nodes
        .filter(({ opType }) => opType.startsWith('Convolution'))
        .flatMap((node) => {
          const { view } = nodeOf(graph, node);
          return [
            view.integer('parallel_window') === 1 ? 'parallel' : 'default',
            view.integer('depthwise') === 1 ? 'depthwise' : 'whole',
            view.pair('IFMDim').includes(1) ? '1-D' : '2-D',
          ];
        }),
      segment.depths.length > graph.nodes.length + 1 ? 'converter' : 'equal widths',
      Math.max(...segment.depths) > 257 ? 'block FIFO' : 'shallow FIFOs',
      segment.stalls > 0 ? 'pauses' : 'no pauses',
    ]);
    expect([...new Set(traits)].sort()).toEqual(
      [
        ...['ConvolutionInputGenerator_rtl', 'FMPadding_rtl', 'MVAU_rtl', 'Reshape_rtl', 'Thresholding_rtl'],
        ...['parallel', 'default', 'depthwise', 'whole', '1-D', '2-D', 'converter', 'equal widths'],
        ...['block FIFO', 'shallow FIFOs', 'pauses', 'no pauses'],
      ].sort(),
    );
  });
});

describe('a disagreement', () => {
  const [{ words, ...job }] = chains as readonly [(typeof chains)[number]];

  it('is the first wrong word', () => {
    const output = Uint8Array.from(words.output);
    output[0]! ^= 1;
    const bytes = output.length / words.cycles.length;
    const text = (all: Uint8Array) => Buffer.from(all.subarray(0, bytes)).reverse().toString('hex');
    expect(disagreementOf({ ...job, part }, { ...words, output })).toEqual({
      type: 'value',
      word: 0,
      found: text(output),
      wanted: text(words.output),
    });
  });

  it('is the first word that left a cycle late, or that did not leave', () => {
    const cycles = Int32Array.from(words.cycles);
    cycles[3]! += 1;
    expect(disagreementOf({ ...job, part }, { ...words, cycles })).toEqual({
      type: 'cycle',
      word: 3,
      found: words.cycles[3]! + 1,
      wanted: words.cycles[3],
    });
    const last = words.cycles.length - 1;
    expect(disagreementOf({ ...job, part }, { ...words, cycles: words.cycles.subarray(0, last) })).toEqual({
      type: 'cycle',
      word: last,
      found: null,
      wanted: words.cycles[last],
    });
  });

  it('is not found in the bits that pad a word to bytes', () => {
    const chain = chains.find(({ graph, words: { output, cycles } }) => {
      const { op, view } = nodeOf(graph, graph.nodes.at(-1)!);
      return op.outputStreamWidth(view) < (output.length / cycles.length) * 8;
    })!;
    const output = Uint8Array.from(chain.words.output);
    output[output.length / chain.words.cycles.length - 1]! |= 0x80;
    expect(disagreementOf({ ...chain, part }, { ...chain.words, output })).toBeNull();
  });
});
