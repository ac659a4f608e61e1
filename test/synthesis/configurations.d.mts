import type { AttributeValue } from '../../finn/graph.ts';
import type { SynthesisedResources } from '../../finn/ops/op.ts';

/** A layer to synthesise: of an MVAU_rtl the multipliers (core) or the memory of its weights. */
export interface Configuration {
  readonly id: string;
  readonly part: 'core' | 'memory' | 'layer';
  /** Whether the formulas were fitted to it. */
  readonly use: 'fit' | 'check';
  readonly op: string;
  readonly attributes: { readonly [name: string]: AttributeValue };
  /** Whether the least weight does not occur. */
  readonly narrow?: boolean;
}

/** A row of `test/golden/synthesis.json`. */
export interface Row extends Configuration {
  /** What Yosys counts; `memory` are the LUTs that are memories or shift registers. */
  readonly yosys: Omit<SynthesisedResources, 'URAM'> & { readonly memory: number };
}

export declare const configurations: readonly Configuration[];
