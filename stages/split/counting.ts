import type { ResourceModel } from '../../finn/synthesis/layer.ts';
import type { Toolchain } from '../toolchain.ts';
import type { SplitParams } from './params.ts';

/** How a split counts what its submodels need, and how much of a board they may take. */
export interface SplitCounting {
  readonly model: ResourceModel;
  /** Shares of a board by resource; 1 for one that is not named. */
  readonly limits: NonNullable<SplitParams['limits']>;
  readonly isModelled: boolean;
}

/**
 * The counting of a split with these parameters; `counts`: whether its strategy decides by resources. A limit of flip-flops, which
 * FINN does not estimate, also calls for the model that the toolchain names.
 */
export function countingOf(
  { limits, overheads }: Pick<SplitParams, 'limits' | 'overheads'>,
  counts: boolean,
  toolchain: Pick<Toolchain, 'backend' | 'model'>,
): SplitCounting {
  const isForVivado = toolchain.backend === 'vivado';
  const isModelled = (overheads ?? (isForVivado ? 'modelled' : 'none')) === 'modelled';
  const model = counts || isModelled || limits?.FF !== undefined ? toolchain.model : 'finn';
  return { model, limits: limits ?? (isForVivado ? finnLimits[model] : {}), isModelled };
}

const estimatedLimits = { LUT: 0.7, BRAM_18K: 0.8, DSP: 0.8, URAM: 0.8 };

/** The shares that FINN itself allows a build, since place and route need headroom, of the kinds that a model counts. */
const finnLimits = { finn: estimatedLimits, rtl: { ...estimatedLimits, FF: 0.5 } };
