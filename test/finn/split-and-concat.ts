import type { HardwareGraph, HardwareNode } from '../../finn/graph.ts';

const [height, width] = [4, 4];

/** An image whose channels part into these sizes and follow each other again in the opposite order, with FIFOs of `depth` words. */
export function splitAndConcat(sizes: readonly number[], simd: number, depth = 2): HardwareGraph {
  const parts = sizes.map((_, index) => `part${index}`);
  const order = [...sizes.keys()].toReversed();
  const channels = sizes.reduce((sum, size) => sum + size, 0);
  const pixels = [1, height, width];
  const tensor = (size: number) => ({ shape: [...pixels, size], datatype: 'UINT4', layout: null });
  const layer = (opType: string, node: Pick<HardwareNode, 'inputs' | 'outputs' | 'attributes'>) => ({
    ...node,
    name: `${opType}_0`,
    opType,
    domain: 'finn.custom_op.fpgadataflow.hls',
    attributes: { SIMD: simd, numInputVectors: pixels, ...node.attributes },
  });
  return {
    nodes: [
      layer('StreamingSplit_hls', {
        inputs: ['x'],
        outputs: parts,
        attributes: {
          ChannelsPerStream: sizes,
          inputDataType: 'UINT4',
          outFIFODepths: sizes.map(() => depth),
        },
      }),
      layer('StreamingConcat_hls', {
        inputs: order.map((index) => parts[index]!),
        outputs: ['y'],
        attributes: {
          ChannelsPerStream: order.map((index) => sizes[index]!),
          inputDataTypes: sizes.map(() => 'UINT4'),
          inFIFODepths: sizes.map(() => 2),
        },
      }),
    ],
    tensors: new Map([
      ['x', tensor(channels)],
      ['y', tensor(channels)],
      ...parts.map((name, index) => [name, tensor(sizes[index]!)] as const),
    ]),
    parameters: new Map(),
    inputs: ['x'],
    outputs: ['y'],
  };
}
