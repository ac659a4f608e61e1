import { Refusal } from '../../base/refusal.ts';
import { elementCount } from '../../base/shape.ts';
import type { NodeView } from './view.ts';

/**
 * Reduces windows of (kernel places, channels) to one value per channel, as FINN+ 1.6.1 `Pool.execute_node` does.
 * Refuses AvgPool, whose average FINN does not round to an integer.
 */
export function preparePool(node: NodeView): (windows: Int32Array) => Int32Array {
  const channels = node.integer('Channels');
  const size = elementCount(node.integers('KernelSize')) * channels;
  const kind = node.text('Function');
  switch (kind) {
    case 'MaxPool':
      return (windows) => maxima(windows, size, channels);
    case 'AccPool':
      return (windows) => sums(windows, size, channels);
    case 'QuantAvgPool': {
      const shift = averageShift(node, size / channels);
      return (windows) => sums(windows, size, channels).map((sum) => sum >> shift);
    }
    default:
      throw new Refusal(
        'finn/not-executable',
        `${node.node.name} computes ${kind}, whose result in FINN is not an integer`,
        'quantise after the average pool (FINN makes a QuantAvgPool of it)',
      );
  }
}

/** The number of bits by which the largest sum over so many places exceeds the output of a QuantAvgPool. */
export function averageShift(node: NodeView, places: number): number {
  const largest = (2 ** node.datatype('InputDataType').bits - 1) * places;
  const sumBits = Math.floor(Math.log2(largest)) + 1;
  return Math.max(0, sumBits - node.datatype('OutputDataType').bits);
}

// `?? 0` is free in these loops and never applies; a function call for each value would cost more than the rest.
function maxima(windows: Int32Array, size: number, channels: number): Int32Array {
  const found = new Int32Array((windows.length / size) * channels);
  for (let window = 0, to = 0; window < windows.length; window += size)
    for (let channel = 0; channel < channels; channel += 1, to += 1) {
      let largest = windows[window + channel] ?? 0;
      for (let place = channel + channels; place < size; place += channels) {
        const value = windows[window + place] ?? 0;
        if (value > largest) largest = value;
      }
      found[to] = largest;
    }

  return found;
}

function sums(windows: Int32Array, size: number, channels: number): Int32Array {
  const found = new Int32Array((windows.length / size) * channels);
  for (let window = 0, to = 0; window < windows.length; window += size)
    for (let channel = 0; channel < channels; channel += 1, to += 1) {
      let sum = 0;
      for (let place = channel; place < size; place += channels) sum += windows[window + place] ?? 0;
      found[to] = sum;
    }

  return found;
}
