import { channelFold, isParallel, windowMemories } from '../ops/window-buffer.ts';
import type { Geometry, WindowUnit } from '../ops/window-units.ts';
import { geometryOf, windowUnit } from '../ops/window-units.ts';
import type { NodeView } from '../ops/view.ts';

/** What is wrong with the code that `convolutioninputgenerator_rtl.py` of FINN+ 1.6.1 generates for windows. */
export function windowFault(node: NodeView): string | null {
  const geometry = geometryOf(node);
  if (!fitsStride(geometry)) return 'has a stride larger than its image, which FINN refuses to build';
  const unit = windowUnit(node);
  if (hasTooFewSteps(unit))
    return 'has too few positions and groups of channels for the counters that FINN generates, which then fails';
  if (stepsTooFar(unit))
    return 'has windows further apart than its buffer holds, which FINN refuses to build';
  if (!coversImage(geometry))
    return 'covers half of an axis of its image or less, and FINN miscounts the rest: results are wrong or missing';
  if (hasShortLines(node))
    return 'keeps at most one word of a line between its windows, and the RTL of such a line buffer is wrong: so are results';
  return null;
}

/** `select_impl_style` asserts it. */
function fitsStride({ input, stride }: Geometry): boolean {
  return stride[0] <= input[0] && stride[1] <= input[1];
}

/** `CNTR_BITWIDTH` is the logarithm of the longest loop less one, the innermost of which has started already. */
function hasTooFewSteps(unit: WindowUnit): boolean {
  return Math.max(...unit.shape.loops.iterations) < 0;
}

/** The assertions on `addr_incr_end_window` and `addr_incr_end_row`, which the parallel style does not make. */
function stepsTooFar(unit: WindowUnit): boolean {
  if (unit.type === 'parallel-windows') return false;
  const { buffer, loops } = unit.shape;
  const [, , , toWindow, toRow] = loops.increments;
  return Math.abs(toWindow) > buffer || Math.abs(toRow) > buffer;
}

/** `swg_ram_buffer` in `swg/swg_common.sv` reads one place after the one it writes, so it must have two places. */
function hasShortLines(node: NodeView): boolean {
  const { count, depth } = windowMemories(node);
  return isParallel(node) && count > 0 && depth * channelFold(node) < 2;
}

/** `skip_rows` and `skip_columns` are the remainder of a division by what is covered instead of the difference. */
function coversImage({ input, extent, output, stride }: Geometry): boolean {
  return ([0, 1] as const).every(
    (axis) => input[axis] < 2 * (extent[axis] + (output[axis] - 1) * stride[axis]),
  );
}
