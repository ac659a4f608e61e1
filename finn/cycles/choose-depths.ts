import type { Driver } from './drivers.ts';
import type { FifoPlace, Modelled } from './network.ts';

/** How deep the FIFOs between layers are; `sized` for a rate in images per second, or null for full pace. */
export type DepthPolicy =
  | { readonly type: 'minimal' }
  | { readonly type: 'uniform' }
  | { readonly type: 'sized'; readonly rate: number | null };

/** The depth of every FIFO under the policy `uniform`: what a shift register holds, at no cost over two words by FINN's estimate. */
const uniformDepth = 33;

/** The depths of a network's FIFOs by a policy, in their order; what the folding asks for is never lowered. */
export function chooseDepths(
  modelled: Modelled,
  policy: DepthPolicy,
  _options: { readonly queue: number; readonly driver: Driver },
): readonly number[] {
  const places = modelled.type === 'network' ? modelled.network.fifos : modelled.fifos;
  const written = places.map(({ written: depth }: FifoPlace) => depth);
  switch (policy.type) {
    case 'minimal':
      return written;
    case 'uniform':
    case 'sized':
      return written.map((depth) => Math.max(uniformDepth, depth));
  }
}
