import { join } from 'node:path';
import type { HardwareGraph, HardwareNode, Tensor } from '../../../finn/graph.ts';
import { nodeOf } from '../../../finn/ops/index.ts';
import type { Synthesis } from '../../../finn/ops/op.ts';
import { fifoResources } from '../../../finn/overheads/fifo.ts';
import { certain } from '../../../finn/synthesis/amounts.ts';
import { converterResources } from '../../../finn/synthesis/converter.ts';
import { fifoFlipFlops } from '../../../finn/synthesis/fifo.ts';
import { multiplierOf, weightStreamOf } from '../../../finn/synthesis/matrix-vector.ts';
import { multiplierResources } from '../../../finn/synthesis/multiplier.ts';
import { weightStreamResources } from '../../../finn/synthesis/weight-stream.ts';
import type { Row } from '../../synthesis/configurations.d.mts';
import { golden, readJson } from '../network.ts';

const part = 'xc7z020clg484-1';

/** Every row with what the formulas give; a memory that is left to the tool as Yosys maps it. */
export const compared = readJson<readonly Row[]>(join(golden, 'synthesis.json')).map((row) => {
  const { inLuts, inBlocks } = formulaFor(row);
  return { ...row, ours: row.yosys.BRAM_18K === 0 ? inLuts : inBlocks, inLuts, inBlocks };
});

function formulaFor({ part: piece, op, attributes, narrow }: Row): Synthesis {
  if (op === 'StreamingDataWidthConverter_rtl')
    return certain(converterResources(Number(attributes['inWidth']), Number(attributes['outWidth'])));
  if (op === 'StreamingFIFO_rtl') {
    const [depth, width] = [Number(attributes['depth']), bitsOf(attributes)];
    return certain({ ...fifoResources(depth, width, false), FF: fifoFlipFlops(depth, width) });
  }
  const graph = graphOf(op, attributes, narrow === true);
  const node = graph.nodes[0]!;
  const { view, op: rules } = nodeOf(graph, node);
  if (piece === 'core') return certain(multiplierResources(multiplierOf(view), part));
  if (piece === 'memory') return weightStreamResources(weightStreamOf(view));
  if (rules.synthesis === null) return certain({ LUT: 1, FF: 1, BRAM_18K: 0, URAM: 0, DSP: 0 });
  return rules.synthesis(view, part);
}

/** A graph of one layer; of its weights only the least one matters. */
function graphOf(op: string, attributes: Row['attributes'], narrow: boolean): HardwareGraph {
  const type = String(attributes['weightDataType'] ?? 'INT2');
  const least = -(2 ** (Number(/\d+$/.exec(type)![0]) - 1)) + (narrow ? 1 : 0);
  const plain: Tensor = { shape: [1], datatype: type, layout: null };
  const node: HardwareNode = {
    name: `${op}_0`,
    opType: op,
    domain: 'finn.custom_op.fpgadataflow.rtl',
    inputs: ['in0', 'in1'],
    outputs: ['out0'],
    attributes,
  };
  return {
    nodes: [node],
    tensors: new Map([
      ['in0', plain],
      ['in1', plain],
      ['out0', plain],
    ]),
    parameters: new Map([['in1', Float32Array.of(least)]]),
    inputs: ['in0'],
    outputs: ['out0'],
  };
}

function bitsOf({ folded_shape: shape }: Row['attributes']): number {
  return 4 * (shape as readonly number[]).at(-1)!;
}
