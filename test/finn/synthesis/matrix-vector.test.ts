import { expect, test } from 'vitest';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { nodeOf } from '../../../finn/ops/index.ts';
import { matrixVector } from '../../../finn/synthesis/matrix-vector.ts';

/** DSPs of an `MVAU_rtl` of 8 PE and one SIMD, whose inputs have as many bits as its weights. */
function dspsOf(type: string, bits: number, least: number): number {
  const plain = { shape: [1], datatype: type, layout: null };
  const graph: HardwareGraph = {
    nodes: [
      {
        name: 'MVAU_rtl_0',
        opType: 'MVAU_rtl',
        domain: 'finn.custom_op.fpgadataflow.rtl',
        inputs: ['in0', 'in1'],
        outputs: ['out0'],
        attributes: {
          MW: 8,
          MH: 8,
          PE: 8,
          SIMD: 1,
          inputDataType: `UINT${bits}`,
          weightDataType: type,
          outputDataType: 'INT16',
          accDataType: 'INT16',
          noActivation: 1,
          mem_mode: 'internal_decoupled',
          ram_style: 'distributed',
        },
      },
    ],
    tensors: new Map(['in0', 'in1', 'out0'].map((name) => [name, plain])),
    parameters: new Map([['in1', Float32Array.of(least)]]),
    inputs: ['in0'],
    outputs: ['out0'],
  };
  return matrixVector(nodeOf(graph, graph.nodes[0]!).view, 'xc7z020clg484-1').inLuts.DSP;
}

// FINN+ 1.6.1 calls weights narrow unless the least value of their own type occurs. Of 4 bits, a DSP48E1 then takes 4, or else 3.
test.each([
  ['INT4', 4, -7, 2],
  ['INT4', 4, -8, 3],
  ['UINT4', 4, 1, 2],
  ['UINT4', 4, 0, 3],
])('weights of %s (%d bits) from %d take %d DSPs', (type, bits, least, count) => {
  expect(dspsOf(type, bits, least)).toBe(count);
});
