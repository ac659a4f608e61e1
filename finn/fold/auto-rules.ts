import { Refusal } from '../../base/refusal.ts';
import { divisors } from '../ops/shapes.ts';
import { widestInteger } from './too-wide.ts';
import type { Trial, Trials } from './trial.ts';

/** FINN's default of `mvau_wwidth_max`: bits of weights that a PE of an MVAU reads per cycle. */
const widestWeights = 36;

/** Folds one layer for the target as FINN+ 1.6.1 `SetFolding.apply` does; layers that it has no rule for stay as they are. */
export function foldLayer(trial: Trial, trials: Trials): void {
  const { opType } = trial.node();
  if (!/_(hls|rtl)$/.test(opType)) return;
  const kind = opType.replace(/_(hls|rtl)$/, '');
  switch (kind) {
    case 'MVAU':
      foldMatrixVector(trial, trials);
      break;
    case 'VVAU':
    case 'Pool':
      foldByChannel(trial, trials);
      break;
    case 'ConvolutionInputGenerator':
      foldWindows(trial, trials);
      break;
    case 'LabelSelect':
      raise(trial, 'PE', integer(trial, 'Labels'), trials);
      break;
    case 'FMPadding':
    case 'FMPadding_Pixel':
      raise(trial, 'SIMD', integer(trial, 'NumChannels'), trials);
      break;
    case 'DuplicateStreams':
    case 'GlobalAccPool':
    case 'Thresholding':
      raise(trial, 'PE', integer(trial, 'NumChannels'), trials);
      break;
    case 'Reshape':
      raise(trial, 'PE', lastOutputExtent(trial), trials);
      break;
    default:
      if (kind.startsWith('Elementwise')) raise(trial, 'PE', lastOutputExtent(trial), trials);
  }
}

/** The smallest divisor of `most` that meets the target, else `most` (FINN `optimize_attribute_val`). */
function raise(trial: Trial, attribute: string, most: number, { target }: Trials): void {
  for (const value of divisors(most)) {
    trial.set(attribute, value);
    if (trial.cycles() <= target) return;
  }
}

function foldMatrixVector(trial: Trial, trials: Trials): void {
  const { target } = trials;
  const weightBits = trial.look().view.datatype('weightDataType').bits;
  trial.set('PE', 1);
  trial.set('SIMD', 1);
  let before = 1;
  for (const lanes of divisors(integer(trial, 'MW'))) {
    trial.set('SIMD', lanes);
    if (trial.cycles() <= target) break;
    if (weightBits * lanes > widestWeights) {
      trial.set('SIMD', before);
      break;
    }
    before = lanes;
  }
  const most = integer(trial, 'MH');
  if (trial.look().view.text('mem_mode') !== 'internal_decoupled') {
    raise(trial, 'PE', most, trials);
    return;
  }
  before = 1;
  for (const elements of divisors(most)) {
    trial.set('PE', elements);
    const tiles = integer(trial, 'TH');
    const width = Math.floor((elements * integer(trial, 'SIMD') * weightBits) / tiles);
    if (width > widestInteger && trial.node().opType.endsWith('_hls')) {
      trial.set('PE', before);
      break;
    }
    if (trial.cycles() <= target) break;
    before = elements;
  }
}

/** VVAU and Pool, which need the windows in front of them as wide as they are themselves. */
function foldByChannel(trial: Trial, trials: Trials): void {
  const { target } = trials;
  const isVectorVector = trial.node().opType.startsWith('VVAU');
  const channels = integer(trial, 'Channels');
  if (isVectorVector) trial.set('SIMD', 1);
  raise(trial, 'PE', channels, trials);
  let elements = integer(trial, 'PE');
  if (isVectorVector && elements === channels && trial.cycles() > target) {
    const [height, width] = trial.look().view.pair('Kernel');
    raise(trial, 'SIMD', height * width, trials);
  }
  const windows = trials.producerOf(trial.node());
  if (windows?.node().opType.startsWith('ConvolutionInputGenerator') !== true) {
    refuseWithoutWindows(trial, windows);
    return;
  }
  windows.set('SIMD', elements);
  // Each group of channels replays the window, so that the windows can be slower than what reads them.
  if (windows.cycles() > target)
    for (const value of divisors(channels)) {
      if (value <= elements) continue;
      elements = value;
      trial.set('PE', elements);
      windows.set('SIMD', elements);
      if (windows.cycles() <= target) break;
    }

  if (windows.node().opType === 'ConvolutionInputGenerator_rtl')
    windows.set('parallel_window', isVectorVector && integer(trial, 'SIMD') > 1 ? 1 : 0);
}

function foldWindows(trial: Trial, trials: Trials): void {
  // Those of depthwise layers follow the layer behind them.
  if (integer(trial, 'depthwise') !== 0) return;
  const channels = integer(trial, 'IFMChannels');
  trial.set('parallel_window', 0);
  raise(trial, 'SIMD', channels, trials);
  if (integer(trial, 'SIMD') === channels && trial.cycles() > trials.target) trial.set('parallel_window', 1);
}

/** FINN lets only a VVAU with a kernel of one place do without; of a Pool it compares a list with 1, which is never equal. */
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
    `${name} cannot be folded for a rate: FINN expects a ConvolutionInputGenerator in front of it and finds ${found}`,
    'give a folding file instead of target_fps',
  );
}

function lastOutputExtent(trial: Trial): number {
  const { op, view } = trial.look();
  return op.outputShape(view).at(-1) ?? 1;
}

function integer(trial: Trial, attribute: string): number {
  return trial.look().view.integer(attribute);
}
