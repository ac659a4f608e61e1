import { uniformDepth } from '../fifo-memory.ts';
import type { Resources } from '../ops/op.ts';
import type { Driver } from './drivers.ts';
import type { FifoPlace, Modelled, Network } from './network.ts';
import { joinDepths } from './sizing/join-depths.ts';
import type { Sizing, SizingProgress } from './sizing/size-fifos.ts';
import { sizeFifos } from './sizing/size-fifos.ts';

/** How deep the FIFOs between layers are; `sized` for a rate in images per second, or null for full pace. */
export type DepthPolicy =
  | { readonly type: 'minimal' }
  | { readonly type: 'uniform' }
  | { readonly type: 'sized'; readonly rate: number | null };

/** What depths depend on besides the network and the policy. */
export interface DepthOptions {
  /** Places that the queue of an MVAU_rtl has more than FINN's. */
  readonly queue: number;
  readonly driver: Driver;
  readonly clockMHz: number;
  readonly hasUram: boolean;
  /** What sized FIFOs may cost more than the least ones; null for as much as they need. */
  readonly budget: Resources | null;
  readonly onProgress?: (progress: SizingProgress) => void;
}

export interface ChosenDepths {
  /** In the order of the network's FIFOs. */
  readonly depths: readonly number[];
  /** Null unless they were sized. */
  readonly sizing: Sizing | null;
}

/** What the folding asks for. */
export function writtenDepths(places: readonly FifoPlace[]): readonly number[] {
  return places.map(({ written }) => written);
}

/** 33 words, and more only where the folding asks for more. */
export function uniformDepths(places: readonly FifoPlace[]): readonly number[] {
  return places.map(({ written }) => Math.max(uniformDepth, written));
}

/** The depths of a network's FIFOs by a policy; what the folding asks for is never lowered. */
export function chooseDepths(modelled: Modelled, policy: DepthPolicy, options: DepthOptions): ChosenDepths {
  const places = modelled.type === 'network' ? modelled.network.fifos : modelled.fifos;
  if (policy.type === 'minimal') return { depths: writtenDepths(places), sizing: null };
  const uniform = uniformDepths(places);
  if (modelled.type === 'none') return { depths: uniform, sizing: null };
  const { network } = modelled;
  if (policy.type === 'uniform') return { depths: joinDepths(network, uniform, options), sizing: null };
  const sizing = sized(network, policy.rate, options);
  return { depths: sizing?.depths ?? joinDepths(network, uniform, options), sizing };
}

function sized(network: Network, rate: number | null, options: DepthOptions): Sizing | null {
  const target = rate === null ? null : Math.floor((options.clockMHz * 1e6) / rate);
  return sizeFifos(network, { ...options, target });
}
