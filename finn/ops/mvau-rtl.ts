import { elementCount } from '../../base/shape.ts';
import type { UnitSpec } from '../cycles/unit-spec.ts';
import { isVersal } from '../part.ts';
import { matrixVector } from '../synthesis/matrix-vector.ts';
import { flag, integer, rtlAttributes } from './attributes.ts';
import { matrixMemory } from './mvau-memory.ts';
import { withWeightMemory } from './weight-memory.ts';
import { mvau } from './mvau.ts';
import { divisors } from './shapes.ts';
import type { Op } from './op.ts';
import type { NodeView } from './view.ts';

/** `MVAU_rtl`: multiplies in DSPs; FINN estimates no LUT for it (FINN+ 1.6.1). */
export const mvauRtl: Op = {
  ...mvau,
  attributes: { pumpedCompute: flag(0), ...mvau.attributes, ...rtlAttributes, TH: integer(1) },
  legalValues: (node) => {
    const lanes = node.integer('PE') * node.integer('SIMD');
    const vectors = elementCount(node.integers('numInputVectors'));
    return { ...mvau.legalValues(node), TH: divisors(vectors).filter((height) => lanes % height === 0) };
  },
  unit: (node, part) => (isVersal(part) || isPumpedOrTiled(node) ? null : unit(node)),
  synthesis: matrixVector,
  resources: (node, part) => withWeightMemory(matrixMemory(node), { LUT: 0, DSP: dsps(node, part) }),
};

/** The model is of the core for DSP48 at one clock that multiplies one vector at a time. */
function isPumpedOrTiled(node: NodeView): boolean {
  return node.integer('pumpedCompute') === 1 || node.integer('TH') > 1;
}

function unit(node: NodeView): UnitSpec {
  const [pe, simd] = [node.integer('PE'), node.integer('SIMD')];
  const shape = { synapseFold: node.integer('MW') / simd, neuronFold: node.integer('MH') / pe, simd };
  return { type: 'matrix-vector', shape };
}

function dsps(node: NodeView, part: string): number {
  const elements = node.integer('PE');
  const lanes = node.integer('SIMD');
  return isVersal(part) ? elements * Math.ceil(lanes / 3) : Math.ceil(elements / 4) * lanes;
}
