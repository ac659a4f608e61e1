import { addressBits } from '../bits.ts';
import { thresholdDepth } from '../ops/thresholding.ts';
import type { Synthesis, SynthesisedResources } from '../ops/op.ts';
import type { NodeView } from '../ops/view.ts';
import { amounts, certain, sumAmounts, sumSyntheses } from './amounts.ts';
import { byStyle, inBlockMemory, inUltraRam } from './memory.ts';
import { romLuts, unlikeColumns } from './rom.ts';

/** The search of a `Thresholding_rtl`: `stages` memories per PE, one for each bit of the output. */
interface Search {
  readonly pe: number;
  /** Groups of PE channels. */
  readonly groups: number;
  readonly stages: number;
  /** Bits of a threshold. */
  readonly bits: number;
  /** Whether the input is wider than thresholds and saturates. */
  readonly saturates: boolean;
  /** Registers of a stage: 2 if `deep_pipeline`, which FINN sets. */
  readonly depth: number;
}

/**
 * `Thresholding_rtl`: a binary search in as many stages as the output has bits, and an output queue in shift registers
 * (finn-rtllib/thresholding/hdl/thresholding.sv of FINN+ 1.6.1, without configuration at run time). Flip-flops follow the code;
 * LUTs by factors that are fitted to Yosys, see docs/resources.md.
 */
export function thresholdResources(node: NodeView): Synthesis {
  const search: Search = {
    pe: node.integer('PE'),
    groups: thresholdDepth(node),
    stages: node.datatype('outputDataType').bits,
    bits: node.datatype('weightDataType').bits,
    saturates: node.datatype('inputDataType').bits > node.datatype('weightDataType').bits,
    depth: node.integer('deep_pipeline') + 1,
  };
  const stages = Array.from({ length: search.stages }, (_, stage) => stage);
  const memories = stages.map((stage) => memoryOf(search, stage, node));
  const pipeline = sumAmounts(stages.map((stage) => registersOf(search, stage)));
  return sumSyntheses([...memories, certain(pipeline), certain(aroundPipeline(search))]);
}

/** A memory of thresholds for each PE, with the register of its output and the comparison with it. */
function memoryOf(search: Search, stage: number, node: NodeView): Synthesis {
  const { pe, groups, bits } = search;
  const words = groups * 2 ** stage;
  // In the first stage all PE read the same address, so that equal columns of their memories are one.
  const columns = stage === 0 ? unlikeColumns(words, pe * bits) : pe * unlikeColumns(words, bits);
  // A threshold for all channels is a constant, which takes no comparison of its own.
  const compared = words === 1 ? 0 : pe * bits;
  const inLuts = amounts({ LUT: romLuts(words, columns) + compared, FF: columns });
  const inMemory = (memory: SynthesisedResources): SynthesisedResources =>
    amounts({
      LUT: Math.round(0.55 * compared),
      BRAM_18K: pe * memory.BRAM_18K,
      URAM: pe * memory.URAM,
    });
  return byStyle(styleOf(words, node), {
    words,
    inLuts,
    inBlocks: inMemory(inBlockMemory(words, bits)),
    inUltra: inMemory(inUltraRam(words, bits)),
  });
}

/** `RAM_STYLE` in thresholding.sv. Vivado is not expected to put fewer words into a block than it has at its widest. */
function styleOf(words: number, node: NodeView): string {
  const [block, ultra] = [node.integer('depth_trigger_bram'), node.integer('depth_trigger_uram')];
  if (ultra > 0 && words >= ultra) return 'ultra';
  if (block > 0) return words >= block ? 'block' : 'distributed';
  return words < 512 ? 'distributed' : 'auto';
}

/** The registers of a stage: value and position of each PE, and the group that all of them work on. */
function registersOf({ pe, groups, stages, bits, depth }: Search, stage: number): SynthesisedResources {
  const isLast = stage === stages - 1;
  const values = (isLast ? 1 : depth) * bits;
  const positions = stage + (depth - 1) * (stage + 1);
  const group = 1 + (isLast ? 0 : addressBits(groups));
  return amounts({
    FF: pe * (values + positions) + depth * group,
  });
}

/** The guard of the input and its saturation, the count of groups, and the output queue with its register. */
function aroundPipeline({ pe, groups, stages, bits, depth, saturates }: Search): SynthesisedResources {
  const pending = depth * stages + 3;
  const output = pe * stages;
  return amounts({
    LUT: 24 + output + (saturates ? pe * bits : 0),
    FF:
      output +
      addressBits(pending - 1) +
      addressBits(pending) +
      2 +
      (groups > 1 ? addressBits(groups) + 1 : 0),
  });
}
