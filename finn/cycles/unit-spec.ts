import type { LoopShape } from './units/hls-loop.ts';
import type { MatrixVectorShape } from './units/matrix-vector.ts';
import type { PaddingShape } from './units/padding.ts';
import type { ParallelWindowsShape } from './units/parallel-windows.ts';
import type { WindowsShape } from './units/windows.ts';

/** What a layer is in the cycle model, with its parameters. */
export type UnitSpec =
  /** A stream that passes through unchanged. */
  | { readonly type: 'wire' }
  /** Widths in bits. */
  | { readonly type: 'converter'; readonly from: number; readonly to: number }
  | { readonly type: 'matrix-vector'; readonly shape: Omit<MatrixVectorShape, 'queue'> }
  | { readonly type: 'thresholding'; readonly steps: number; readonly isDeep: boolean }
  | { readonly type: 'padding'; readonly shape: PaddingShape }
  | { readonly type: 'windows'; readonly shape: WindowsShape }
  | { readonly type: 'parallel-windows'; readonly shape: ParallelWindowsShape }
  | { readonly type: 'hls-loop'; readonly shape: LoopShape }
  | { readonly type: 'fork' }
  | { readonly type: 'join' }
  /** Words that are read of each stream before the next one. */
  | { readonly type: 'concat'; readonly words: readonly number[] }
  /** Words that are given to each stream before the next one. */
  | { readonly type: 'split'; readonly words: readonly number[] };

/** Whether the unit follows the documented schedule of HLS rather than RTL that it was compared with. */
export function isAssumed({ type }: UnitSpec): boolean {
  return ['hls-loop', 'fork', 'join', 'concat', 'split'].includes(type);
}
