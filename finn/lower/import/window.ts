import type { Window } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { ResolvedNode } from './source.ts';
import { integersAttribute } from './source.ts';

type Pair = readonly [number, number];
type Frame = readonly [number, number, number, number];

/**
 * The window of a convolution or pooling, with ONNX's defaults for missing attributes. `kernel` is the kernel of the
 * weights, if there are any.
 */
export function windowOf(source: ResolvedNode, kernel: readonly number[] | null): Window {
  const stated = integersAttribute(source, 'kernel_shape', kernel ?? []);
  if (kernel && stated.join() !== kernel.join())
    throw unsupported(
      source,
      `states a kernel of ${stated.join(' x ')}, but its weights have one of ${kernel.join(' x ')}`,
      'export the model again',
    );
  const dilation = pair(source, 'dilations', integersAttribute(source, 'dilations', [1, 1]));
  const stride = pair(source, 'strides', integersAttribute(source, 'strides', [1, 1]));
  const size = pair(source, 'kernel', stated);
  return { kernel: size, stride, dilation, pads: padsOf(source, size, stride, dilation) };
}

function padsOf(source: ResolvedNode, kernel: Pair, stride: Pair, dilation: Pair): Frame {
  const automatic = source.node.attributes.get('auto_pad');
  const mode = automatic?.type === 'string' ? automatic.value : 'NOTSET';
  if (mode === 'VALID') return [0, 0, 0, 0];
  if (mode !== 'NOTSET') {
    // With other strides FINN pads as if the stride were 1, contrary to ONNX.
    if (!['SAME_UPPER', 'SAME_LOWER'].includes(mode) || [...stride, ...dilation].some((size) => size !== 1))
      throw unsupported(source, `pads by ${mode}`, 'export it with explicit pads');
    const before = kernel.map((size) => Math.floor((size - 1) / 2)) as unknown as Pair;
    const after = kernel.map((size) => Math.ceil((size - 1) / 2)) as unknown as Pair;
    return mode === 'SAME_UPPER' ? [...before, ...after] : [...after, ...before];
  }
  const pads = integersAttribute(source, 'pads', [0, 0, 0, 0]);
  if (pads.length === 4 && pads.every((size) => Number.isInteger(size) && size >= 0))
    return pads as unknown as Frame;
  throw unsupported(
    source,
    `has pads of [${pads.join(', ')}]`,
    'give top, left, bottom and right, none negative',
  );
}

function pair(source: ResolvedNode, what: string, values: readonly number[]): Pair {
  if (values.length === 2 && values.every((size) => Number.isInteger(size) && size >= 1))
    return values as unknown as Pair;
  throw unsupported(
    source,
    `has ${what} of [${values.join(', ')}]`,
    'give one for height and one for width; for one-dimensional data, make height or width 1',
  );
}
