import type { UnitSpec } from '../cycles/unit-spec.ts';
import type { Five } from '../cycles/units/loop-nest.ts';
import type { NodeView } from './view.ts';
import { bufferDepth, channelFold, isParallel } from './window-buffer.ts';

/** The geometry that both kinds of window generators are generated from; counts are pixels unless `groups` multiplies them. */
export interface Geometry {
  /** Stream words of a pixel. */
  readonly groups: number;
  readonly kernel: readonly [number, number];
  readonly input: readonly [number, number];
  readonly output: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Kernel with the gaps of its dilation. */
  readonly extent: readonly [number, number];
  /** Rows and columns at the end that no window needs. */
  readonly skipped: readonly [number, number];
}

/** Counts as FINN+ 1.6.1 `prepare_codegen_default` does, also what it counts wrongly, see faults/windows.ts. */
export function geometryOf(node: NodeView): Geometry {
  const [kernel, input] = [node.pair('ConvKernelDim'), node.pair('IFMDim')];
  const [stride, dilation] = [node.pair('Stride'), node.pair('Dilation')];
  const along = <T>(figure: (axis: 0 | 1) => T): readonly [T, T] => [figure(0), figure(1)];
  const extent = along((axis) => (kernel[axis] - 1) * dilation[axis] + 1);
  const output = along((axis) => Math.floor((input[axis] - extent[axis]) / stride[axis]) + 1);
  return {
    groups: channelFold(node),
    ...{ kernel, input, output, stride, dilation, extent },
    skipped: along((axis) => input[axis] % (extent[axis] + (output[axis] - 1) * stride[axis])),
  };
}

/** Of either style. */
export type WindowUnit = Extract<UnitSpec, { readonly type: 'windows' | 'parallel-windows' }>;

/** Indices of the last words of an image that are read, and that a window needs. */
function lastWords({ groups, input: [height, width], skipped: [rows, columns] }: Geometry) {
  return {
    lastRead: height * width * groups - 1,
    lastWritten: ((height - rows - 1) * width + (width - columns)) * groups - 1,
  };
}

/** The unit of a ConvolutionInputGenerator_rtl. */
export function windowUnit(node: NodeView): WindowUnit {
  return isParallel(node) ? parallelWindowsUnit(node) : windowsUnit(node);
}

/** Windows are read place by place from a buffer: FINN+ 1.6.1 `prepare_codegen_default`. */
function windowsUnit(node: NodeView): WindowUnit {
  const geometry = geometryOf(node);
  const { groups, kernel, input, output, stride, dilation, extent, skipped } = geometry;
  const [, width] = input;
  const line = width * groups;
  const isDepthwise = node.integer('depthwise') === 1;
  const least = (extent[0] - 1) * line + extent[1] * groups;
  const toWindow = stride[1] * groups + 1 - least;
  const toRow = (skipped[1] + extent[1]) * groups + (stride[0] - 1) * line + 1 - least;
  const rest = (width - extent[1]) * groups + (dilation[0] - 1) * line;
  const inGroups = isDepthwise && groups > 1;
  // Depthwise windows leave group by group, each with all places of the kernel.
  const toElement = isDepthwise ? dilation[1] * groups : (dilation[1] - 1) * groups + 1;
  const toKernelRow = isDepthwise ? rest + groups : rest + 1;
  const loops = inGroups
    ? ([kernel[1], kernel[0], groups, output[1], output[0]] as const)
    : ([groups, kernel[1], kernel[0], output[1], output[0]] as const);
  const increments: Five = inGroups
    ? [toElement, toKernelRow, groups + 1 - least, toWindow, toRow]
    : [isDepthwise ? groups + 1 - least : 1, toElement, toKernelRow, toWindow, toRow];
  const freed = inGroups ? groups : 1;
  return {
    type: 'windows',
    shape: {
      loops: { ...nested(loops), increments },
      ...lastWords(geometry),
      buffer: bufferDepth(node),
      window: kernel[0] * kernel[1] * (inGroups ? 1 : groups),
      tail: { window: toWindow + least - freed, row: toRow + least - freed, image: least - 1 },
      isDepthwise: inGroups,
    },
  };
}

/** The innermost loop that has iterations runs once less, since it starts with one. */
function nested(loops: Five): { readonly iterations: Five; readonly innermost: number } {
  const [first, second] = loops;
  const innermost = first > 1 ? 0 : second > 1 ? 1 : 2;
  return { iterations: lessTwo(loops, innermost), innermost };
}

function lessTwo(loops: Five, innermost: number): Five {
  const less = (loop: number): number => (loops[loop] ?? 0) - (loop === innermost ? 3 : 2);
  return [less(0), less(1), less(2), less(3), less(4)];
}

/** Windows are given out whole: FINN+ 1.6.1 `prepare_codegen_parallel`. */
function parallelWindowsUnit(node: NodeView): WindowUnit {
  const geometry = geometryOf(node);
  const { groups, input, output, stride, extent, skipped } = geometry;
  const line = input[1] * groups;
  const toWindow = (stride[1] - 1) * groups + 1;
  const toRow = (skipped[1] + extent[1] - 1) * groups + 1 + (stride[0] - 1) * line;
  const innermost = groups > 1 ? 2 : output[1] > 1 ? 3 : 4;
  return {
    type: 'parallel-windows',
    shape: {
      loops: {
        iterations: lessTwo([1, 1, groups, output[1], output[0]], innermost),
        innermost,
        increments: [1, 1, 1, toWindow, toRow],
      },
      ...lastWords(geometry),
      firstWritten: ((extent[0] - 1) * input[1] + extent[1] - 1) * groups,
    },
  };
}
