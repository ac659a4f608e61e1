import { describe, expect, it } from 'vitest';
import { eager } from '../../../finn/cycles/drivers.ts';
import type { Measured } from '../../../finn/cycles/measure.ts';
import { measure } from '../../../finn/cycles/measure.ts';
import type { HardwareGraph, HardwareNode } from '../../../finn/graph.ts';
import type { Network } from '../../../finn/cycles/network.ts';
import { networkOf } from '../../../finn/cycles/network.ts';
import { simulate } from '../../../finn/cycles/simulate.ts';
import { describeWait } from '../../../finn/cycles/waits.ts';
import { residualBlock } from './residual-block.ts';

function networkWith(depth: number): Network {
  const modelled = networkOf(residualBlock(depth), 'xc7z020clg484-1');
  if (modelled.type === 'none') throw new Error(modelled.layer);
  return modelled.network;
}

function run(depth: number): Measured {
  const network = networkWith(depth);
  const depths = network.fifos.map(({ written }) => written);
  return measure(network, depths, { queue: 2, driver: eager });
}

// The same block in Verilator, with a behavioural fork and FINN's eltwise.sv: no word at depths 2 and 14, the same cycle for
// every word at 15 and 17.
describe('a residual block with a FIFO in its short branch', () => {
  it.each([
    [2, 15],
    [14, 30],
  ])('deadlocks at a depth of %i after cycle %i', (depth, cycle) => {
    const found = run(depth);
    expect(found.type).toBe('deadlock');
    expect(found.type === 'deadlock' ? found.run.cycles : null).toBe(cycle);
  });

  it.each([
    [15, 11808],
    [17, 4608],
  ])('has at a depth of %i an interval of %i cycles', (depth, interval) => {
    expect(run(depth)).toMatchObject({ type: 'runs', pace: { interval } });
  });

  it('is not taken for a deadlock while a word passes a deep FIFO, whose pipeline has a stage for every 8192 words', () => {
    const network = networkWith(17);
    const depths = network.fifos.map(({ written }, index) => (index === 0 ? 2 ** 25 : written));
    expect(measure(network, depths, { queue: 2, driver: eager }).type).toBe('runs');
  });

  it('is found behind windows that wait with a word in front of them', () => {
    const { nodes, tensors, ...block } = residualBlock(2);
    const windows: HardwareNode = {
      ...nodes.find(({ opType }) => opType === 'ConvolutionInputGenerator_rtl')!,
      name: 'ConvolutionInputGenerator_rtl_1',
      inputs: ['short'],
      outputs: ['pixels'],
      attributes: {
        ...{ ConvKernelDim: [1, 1], IFMChannels: 8, IFMDim: [16, 16], OFMDim: [16, 16], parallel_window: 1 },
        ...{ SIMD: 8, Stride: [1, 1], Dilation: [1, 1], inputDataType: 'UINT4', outputDataType: 'UINT4' },
      },
    };
    const joined = nodes.map((node) =>
      node.opType === 'ElementwiseAdd_hls' ? { ...node, inputs: ['pixels', 'activations'] } : node,
    );
    const graph: HardwareGraph = {
      ...block,
      nodes: [joined[0]!, windows, ...joined.slice(1)],
      tensors: new Map([...tensors, ['pixels', tensors.get('short')!]]),
    };
    const modelled = networkOf(graph, 'xc7z020clg484-1');
    if (modelled.type === 'none') throw new Error(modelled.layer);
    const { network } = modelled;
    const depths = network.fifos.map(({ written }) => written);
    const { ending, cycles } = simulate(network, depths, { images: 1, queue: 2, limit: 1e8 });
    expect({ ending, isEarly: cycles < 100 }).toEqual({ ending: 'deadlock', isEarly: true });
  });

  it('says which layers wait for each other', () => {
    const found = run(2);
    const waits = found.type === 'deadlock' ? found.waits.map(describeWait) : [];
    expect(waits).toEqual([
      'ElementwiseAdd_hls_0 needs a word from Thresholding_rtl_0',
      'Thresholding_rtl_0 needs a word from MVAU_rtl_0',
      'MVAU_rtl_0 needs a word from ConvolutionInputGenerator_rtl_0',
      'ConvolutionInputGenerator_rtl_0 needs a word from FMPadding_rtl_0',
      'FMPadding_rtl_0 needs a word from DuplicateStreams_hls_0',
      'DuplicateStreams_hls_0 has a word that ElementwiseAdd_hls_0 does not take',
    ]);
  });
});
