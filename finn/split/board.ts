import type { Resources } from '../ops/op.ts';

/** A board of the cluster with the resources of its FPGA. */
export interface Board {
  readonly name: string;
  readonly type: string;
  readonly resources: Resources;
}

/** The share of each resource that may be used, 0 to 1. */
export type Limits = Resources;

export const resourceKinds = [
  'LUT',
  'BRAM_18K',
  'DSP',
  'URAM',
] as const satisfies readonly (keyof Resources)[];
export type ResourceKind = (typeof resourceKinds)[number];

/** The sum over several layers, kind by kind. */
export function sumResources(layers: readonly Resources[]): Resources {
  const sum = (kind: ResourceKind): number => layers.reduce((total, layer) => total + layer[kind], 0);
  return { LUT: sum('LUT'), BRAM_18K: sum('BRAM_18K'), URAM: sum('URAM'), DSP: sum('DSP') };
}

/** The resources of a board that may be used. */
export function usable({ resources }: Board, limits: Limits): Resources {
  return {
    LUT: resources.LUT * limits.LUT,
    BRAM_18K: resources.BRAM_18K * limits.BRAM_18K,
    URAM: resources.URAM * limits.URAM,
    DSP: resources.DSP * limits.DSP,
  };
}

/** The kinds of resources of which more is needed than available. */
export function exceeded(needed: Resources, available: Resources): readonly ResourceKind[] {
  return resourceKinds.filter((kind) => needed[kind] > available[kind]);
}
