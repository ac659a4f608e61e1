import type { Resources, SynthesisedResources } from '../ops/op.ts';
import type { ResourceModel } from '../synthesis/layer.ts';

/** A board of the cluster with the resources of its FPGA. */
export interface Board {
  readonly name: string;
  readonly type: string;
  readonly resources: SynthesisedResources;
}

/** The share of each resource that may be used, 0 to 1. */
export type Limits = SynthesisedResources;

/** The kinds that FINN estimates. */
export const finnKinds = ['LUT', 'BRAM_18K', 'DSP', 'URAM'] as const satisfies readonly (keyof Resources)[];
export type ResourceKind = keyof SynthesisedResources;

/** The kinds of resources that a model counts. */
export function kindsOf(model: ResourceModel): readonly ResourceKind[] {
  return model === 'finn' ? finnKinds : [...finnKinds, 'FF'];
}

/** The sum of FINN's estimates of several layers, kind by kind. */
export function sumResources(layers: readonly Resources[]): Resources {
  const sum = (kind: keyof Resources): number => layers.reduce((total, layer) => total + layer[kind], 0);
  return { LUT: sum('LUT'), BRAM_18K: sum('BRAM_18K'), URAM: sum('URAM'), DSP: sum('DSP') };
}

/** The resources of a board that may be used. */
export function usable({ resources }: Board, limits: Limits): SynthesisedResources {
  return {
    LUT: resources.LUT * limits.LUT,
    FF: resources.FF * limits.FF,
    BRAM_18K: resources.BRAM_18K * limits.BRAM_18K,
    URAM: resources.URAM * limits.URAM,
    DSP: resources.DSP * limits.DSP,
  };
}

/** The kinds of resources of which more is needed than available. */
export function exceeded(
  needed: SynthesisedResources,
  available: SynthesisedResources,
): readonly ResourceKind[] {
  return kindsOf('rtl').filter((kind) => needed[kind] > available[kind]);
}
