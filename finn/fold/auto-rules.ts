import { Refusal } from '../../base/refusal.ts';
import { divisors } from '../ops/shapes.ts';
import { widestInteger } from './too-wide.ts';
import type { Trial, Trials } from './trial.ts';

/** FINN's default of `mvau_wwidth_max`: bits of weights that a PE of an MVAU reads per cycle. */
const widestWeights = 36;

/** Folds one layer for the target as FINN+ 1.6.1 `SetFolding.apply` does, by the rule of its op. */
export function foldLayer(trial: Trial, trials: Trials): void {
  if (!/_(hls|rtl)$/.test(trial.node().opType)) return;
  const { op, view } = trial.look();
  switch (op.autoFolding.rule) {
    case 'stays':
      return;
    case 'raise':
      raise(trial, op.autoFolding.attribute, op.autoFolding.divisorOf(view), trials);
      return;
    case 'below':
      raiseBelow(trial, op.autoFolding.attribute, op.autoFolding.values(view), trials);
      return;
    case 'matrix-vector':
      foldMatrixVector(trial, trials);
      return;
    case 'by-channel':
      foldByChannel(trial, trials);
      return;
    case 'windows':
      foldWindows(trial, trials);
      return;
  }
}

/** The smallest divisor of `most` that meets the target, otherwise `most` (FINN `optimize_attribute_val`). */
function raise(trial: Trial, attribute: string, most: number, { target }: Trials): void {
  for (const value of divisors(most)) {
    trial.set(attribute, value);
    if (trial.cycles() <= target) return;
  }
}

/** The first value that is faster than the target, otherwise the last. */
function raiseBelow(trial: Trial, attribute: string, values: readonly number[], { target }: Trials): void {
  for (const value of values) {
    trial.set(attribute, value);
    if (trial.cycles() < target) return;
  }
}

function foldMatrixVector(trial: Trial, trials: Trials): void {
  trial.set('PE', 1);
  trial.set('SIMD', 1);
  foldLanes(trial, trials);
  if (trial.look().view.text('mem_mode') === 'internal_decoupled') foldElements(trial, trials);
  else raise(trial, 'PE', integer(trial, 'MH'), trials);
}

function foldLanes(trial: Trial, { target, avoidsShortQueues }: Trials): void {
  let before = 1;
  const all = divisors(integer(trial, 'MW'));
  const isAvoided = avoidsShortQueues && all.length > 1 && trial.node().opType === 'MVAU_rtl';
  for (const lanes of isAvoided ? all.slice(0, -1) : all) {
    trial.set('SIMD', lanes);
    if (trial.cycles() <= target) return;
    if (weightBits(trial) * lanes > widestWeights) {
      trial.set('SIMD', before);
      return;
    }
    before = lanes;
  }
}

function foldElements(trial: Trial, { target }: Trials): void {
  const isHls = trial.node().opType.endsWith('_hls');
  let before = 1;
  for (const elements of divisors(integer(trial, 'MH'))) {
    trial.set('PE', elements);
    const bits = elements * integer(trial, 'SIMD') * weightBits(trial);
    if (isHls && Math.floor(bits / integer(trial, 'TH')) > widestInteger) {
      trial.set('PE', before);
      return;
    }
    if (trial.cycles() <= target) return;
    before = elements;
  }
}

function weightBits(trial: Trial): number {
  return trial.look().view.datatype('weightDataType').bits;
}

/** VVAU and Pool, which need the windows before them to be as wide as they are themselves. */
function foldByChannel(trial: Trial, trials: Trials): void {
  const isVectorVector = trial.node().opType.startsWith('VVAU');
  const channels = integer(trial, 'Channels');
  if (isVectorVector) trial.set('SIMD', 1);
  raise(trial, 'PE', channels, trials);
  if (isVectorVector && integer(trial, 'PE') === channels && trial.cycles() > trials.target) {
    const [height, width] = trial.look().view.pair('Kernel');
    raise(trial, 'SIMD', height * width, trials);
  }
  const windows = trials.producerOf(trial.node());
  if (windows?.node().opType.startsWith('ConvolutionInputGenerator') !== true) {
    refuseWithoutWindows(trial, windows);
    return;
  }
  widenTogether(trial, windows, channels, trials);
  if (windows.node().opType === 'ConvolutionInputGenerator_rtl')
    windows.set('parallel_window', isVectorVector && integer(trial, 'SIMD') > 1 ? 1 : 0);
}

/** Each group of channels replays the window, so the windows can be slower than the layer that reads them. */
function widenTogether(trial: Trial, windows: Trial, channels: number, { target }: Trials): void {
  const least = integer(trial, 'PE');
  windows.set('SIMD', least);
  if (windows.cycles() <= target) return;
  for (const value of divisors(channels)) {
    if (value <= least) continue;
    trial.set('PE', value);
    windows.set('SIMD', value);
    if (windows.cycles() <= target) return;
  }
}

function foldWindows(trial: Trial, trials: Trials): void {
  // The windows of a depthwise layer are folded with that layer.
  if (integer(trial, 'depthwise') !== 0) return;
  const channels = integer(trial, 'IFMChannels');
  trial.set('parallel_window', 0);
  raise(trial, 'SIMD', channels, trials);
  if (integer(trial, 'SIMD') === channels && trial.cycles() > trials.target) trial.set('parallel_window', 1);
}

/** FINN waives this only for a VVAU with a kernel of one place; for a Pool it compares a list with 1, which is never equal. */
function refuseWithoutWindows(trial: Trial, producer: Trial | null): void {
  const { name, opType } = trial.node();
  const isPointwise =
    opType.startsWith('VVAU') &&
    trial
      .look()
      .view.integers('Kernel')
      .every((extent) => extent === 1);
  if (isPointwise && producer !== null) return;
  const found = producer === null ? "the network's input" : producer.node().name;
  throw new Refusal(
    'fold/no-windows',
    `${name} cannot be folded for a rate: FINN expects a ConvolutionInputGenerator before it and finds ${found}`,
    'give a folding file instead of target_fps',
  );
}

function integer(trial: Trial, attribute: string): number {
  return trial.look().view.integer(attribute);
}
