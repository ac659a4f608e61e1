import { Refusal } from '../../base/refusal.ts';
import { valueAt } from '../tensor.ts';
import { checkAccumulator, equalPairs, prepareActivation } from './activation-unit.ts';
import type { NodeView } from './view.ts';

/**
 * Multiplies windows of (kernel places, channels) by the kernel of each channel and applies the thresholds, as FINN+
 * 1.6.1 `VVAU.execute_node` does after a sliding window. For two bipolar operands it counts equal pairs.
 */
export function prepareVectorVector(node: NodeView): (windows: Int32Array) => Int32Array {
  checkAccumulator(node);
  if (node.integer('binaryXnorMode') === 1)
    throw new Refusal(
      'finn/malformed-node',
      `${node.node.name} (${node.node.opType}) counts equal bits, which FINN does not define for it`,
    );

  const channels = node.integer('Channels');
  const weights = Int32Array.from(weightsByPlace(node.parameter(1).values, channels));
  const places = weights.length / channels;
  const bipolar = node.text('inputDataType') === 'BIPOLAR' && node.text('weightDataType') === 'BIPOLAR';
  const activate = prepareActivation(node);
  return (windows) => {
    const sums = multiply(windows, weights, channels);
    return activate(bipolar ? equalPairs(sums, places) : sums);
  };
}

/** Weights of (channels, places) as (places, channels), which is the order of a window. */
export function weightsByPlace(weights: Float32Array, channels: number): Float32Array {
  const places = weights.length / channels;
  const ordered = new Float32Array(weights.length);
  for (let index = 0; index < weights.length; index += 1)
    ordered[(index % places) * channels + Math.floor(index / places)] = valueAt(weights, index);

  return ordered;
}

/** `?? 0` is free here and never applies; a function call would cost more than the product itself. */
function multiply(windows: Int32Array, weights: Int32Array, channels: number): Int32Array {
  const size = weights.length;
  const sums = new Int32Array((windows.length / size) * channels);
  for (let window = 0, to = 0; window < windows.length; window += size)
    for (let channel = 0; channel < channels; channel += 1, to += 1) {
      let sum = 0;
      for (let place = channel; place < size; place += channels)
        sum = (sum + Math.imul(windows[window + place] ?? 0, weights[place] ?? 0)) | 0;

      sums[to] = sum;
    }

  return sums;
}
