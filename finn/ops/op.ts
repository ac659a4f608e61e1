import type { HardwareNode } from '../graph.ts';
import type { Kernels } from '../execute/kernels.ts';
import type { UnitSpec } from '../cycles/unit-spec.ts';
import type { IntegerTensor } from '../tensor.ts';
import type { AttributeRules } from './attributes.ts';
import type { NodeView } from './view.ts';

/** Resources of one node or of several together; a memory block is 18 kbit. */
export interface Resources {
  readonly LUT: number;
  readonly BRAM_18K: number;
  readonly URAM: number;
  readonly DSP: number;
}

/** FINN's `node_res_estimation`: resources and the share of each allocated memory that parameters fill. */
export interface ResourceEstimate extends Resources {
  readonly BRAM_efficiency: number;
  readonly URAM_efficiency: number;
}

/** Resources as synthesis counts them: flip-flops too, of which FINN's estimates have none. */
export interface SynthesisedResources extends Resources {
  readonly FF: number;
}

/** The resources that FINN's generator instantiates; the two differ by the memories whose style is left to Vivado. */
export interface Synthesis {
  /** If Vivado puts those into LUTs. */
  readonly inLuts: SynthesisedResources;
  /** If Vivado puts those into block memory. */
  readonly inBlocks: SynthesisedResources;
}

/** The changes of a rule to a node and its tensors; whatever is absent stays unchanged. */
export interface NodeChange {
  readonly attributes?: HardwareNode['attributes'];
  /** New QONNX datatypes by tensor name. */
  readonly datatypes?: { readonly [tensor: string]: string };
  /** New values by parameter tensor name, of unchanged shape. */
  readonly parameters?: { readonly [tensor: string]: Float32Array };
}

/** A constant of a node, such as its weights. */
export interface ConstantRule {
  /** The shapes that it may have. */
  readonly shapes: readonly (readonly number[])[];
  /** The datatype that must hold its values. */
  readonly datatype: string;
}

/** Runs one node on the values of its activation inputs, in order. */
export type PreparedNode = (input: IntegerTensor, ...more: readonly IntegerTensor[]) => IntegerTensor;

/**
 * All knowledge about one op type, after FINN+ 1.6.1. Shapes are FINN's: normal ones as in ONNX, folded ones with
 * the elements of one stream word last; stream widths in bits; cycles per image.
 */
export interface Op {
  readonly attributes: AttributeRules;
  /** Of the stream at a position. */
  readonly inputShape: (node: NodeView, position: number) => readonly number[];
  readonly outputShape: (node: NodeView, position: number) => readonly number[];
  /** How many of its inputs can be streams; constants follow them. */
  readonly inputStreams: (node: NodeView) => number;
  /** How many outputs it has; 1 if absent. */
  readonly outputStreams?: (node: NodeView) => number;
  /** The constants behind its streams, in order; none if absent. */
  readonly constants?: (node: NodeView) => readonly ConstantRule[];
  /** What is contradictory or impossible about its attributes, as a clause with the node as its subject, such as windows that do not fit their image. */
  readonly contradiction?: (node: NodeView) => string | null;
  /** Of the stream at a position. */
  readonly foldedInputShape: (node: NodeView, position: number) => readonly number[];
  readonly foldedOutputShape: (node: NodeView, position: number) => readonly number[];
  readonly inputStreamWidth: (node: NodeView) => number;
  readonly outputStreamWidth: (node: NodeView) => number;
  /** The legal values of the attributes that the node's own shape restricts, such as the divisors of MH for PE. */
  readonly legalValues: (node: NodeView) => { readonly [attribute: string]: readonly number[] };
  /** How the layer is folded for a frame rate. */
  readonly autoFolding: AutoFolding;
  readonly cycles: (node: NodeView) => number;
  /** What the layer is in the cycle model for an FPGA part; null if the model does not cover it. */
  readonly unit: (node: NodeView, part: string) => UnitSpec | null;
  readonly resources: (node: NodeView, part: string) => ResourceEstimate;
  /**
   * What FINN's RTL of the node instantiates on a part, see synthesis/; null for a layer in HLS, where FINN's estimate is all that
   * is known, and for one that is not specialised.
   */
  readonly synthesis: ((node: NodeView, part: string) => Synthesis) | null;
  /** Operations and parameters per image by kind, under FINN's keys. */
  readonly counts: (node: NodeView) => { readonly [kind: string]: number };
  /** Copies the input's datatype and annotates the output (FINN `infer_node_datatype`). */
  readonly inferDatatypes: (node: NodeView) => NodeChange;
  readonly minimiseWeights?: (node: NodeView) => NodeChange;
  readonly minimiseAccumulator?: (node: NodeView) => NodeChange;
  /** Rounds thresholds up and clips them to what the node can reach (FINN `RoundAndClipThresholds`). */
  readonly roundThresholds?: (node: NodeView) => NodeChange;
  /** Packs the parameters once; refuses what cannot be executed exactly. */
  readonly prepare: (node: NodeView, kernels: Kernels) => PreparedNode;
  /** What leaves at the output at a position, of the result of the prepared node; all of it if absent. */
  readonly part?: (node: NodeView, result: IntegerTensor, position: number) => IntegerTensor;
}

/**
 * How FINN+ 1.6.1 `SetFolding` folds a layer for a rate:
 * - `stays`: FINN has no rule for the layer;
 * - `raise`: FINN takes the smallest divisor of a number that makes the layer fast enough;
 * - `below`: FINN takes the first of some values that makes the layer faster than the rate;
 * - `matrix-vector`, `by-channel`, `windows`: rules of their own, see fold/auto-rules.ts.
 */
export type AutoFolding =
  | { readonly rule: 'stays' }
  | {
      readonly rule: 'raise';
      readonly attribute: 'PE' | 'SIMD';
      readonly divisorOf: (node: NodeView) => number;
    }
  | {
      readonly rule: 'below';
      readonly attribute: 'SIMD';
      readonly values: (node: NodeView) => readonly number[];
    }
  | { readonly rule: 'matrix-vector' }
  | { readonly rule: 'by-channel' }
  | { readonly rule: 'windows' };

/** Of an op that is not built as it is, or whose hardware is not modelled. */
export const noUnit: Op['unit'] = () => null;

/** A node that uses none of a resource. */
export const noResources: ResourceEstimate = {
  BRAM_18K: 0,
  BRAM_efficiency: 1,
  LUT: 0,
  URAM: 0,
  URAM_efficiency: 1,
  DSP: 0,
};
