import type { Cycles } from '../package/format.ts';

/**
 * Seconds that the accelerator needs for a batch: the first image passes every node in turn (FINN+ 1.6.1's
 * `critical_path_cycles` of a chain), and each further one follows at the pace of the slowest node.
 */
export function computeSeconds(cycles: Cycles, clockMHz: number, images: number): number {
  return (cycles.total + (images - 1) * cycles.max) / (clockMHz * 1e6);
}
