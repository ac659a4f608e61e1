import type { HardwareGraph } from '../../../../finn/graph.ts';
import { minimiseBitWidths } from '../../../../finn/minimise/bit-widths.ts';
import { add, end, integers, start } from '../networks/drawing.ts';

/** What is asked of a layer that multiplies vectors of UINT4 by a matrix of INT4. */
export interface MatrixPlan {
  readonly MW: number;
  readonly SIMD: number;
  readonly MH: number;
  readonly PE: number;
  readonly vectors: number;
}

/** An MVAU_rtl by itself. */
export function matrix(random: () => number, { vectors, ...plan }: MatrixPlan): HardwareGraph {
  const drawing = start(random);
  const shape = [1, 1, vectors, plan.MW] as const;
  const image = { name: 'global_in', shape, datatype: 'UINT4' };
  drawing.tensors.set(image.name, { shape, datatype: image.datatype, layout: null });
  const [sums] = add(drawing, {
    opType: 'MVAU_rtl',
    attributes: {
      ...plan,
      numInputVectors: [1, 1, vectors],
      inputDataType: 'UINT4',
      weightDataType: 'INT8',
      accDataType: 'INT32',
      outputDataType: 'INT32',
      noActivation: 1,
      ActVal: 0,
    },
    inputs: [image],
    parameters: [
      { shape: [plan.MW, plan.MH], datatype: 'INT8', values: integers(random, plan.MW * plan.MH, -7, 7) },
    ],
    shape: [1, 1, vectors, plan.MH],
    datatype: 'INT32',
  });
  return minimiseBitWidths(end(drawing, sums!));
}
