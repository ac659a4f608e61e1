import type { OnnxNode, OnnxTensor } from '../../../onnx/model.ts';
import { limited } from '../../../qonnx/operators/quant.ts';
import type { Change, Original } from './observed.ts';
import { tensorsOf } from './observed.ts';
import { differingOutput } from './compare.ts';

/** Why results may differ although both are right. */
export type Rounding =
  /** Values halfway between two integers, which thresholds round up and a quantiser to the even one. */
  | 'halfway'
  /** Values so near a threshold that the order of float operations decides. */
  | 'near a threshold';

/** Of a value in units of the quantiser's scale, and what float32 loses of the largest value where terms cancel. */
const near = { value: 1e-5, largest: 5e-7 };

/** Networks that are tried for one difference. */
const mostTrials = 400;

/**
 * How the outputs follow from the original network if values are rounded otherwise at thresholds that they are as good as on;
 * null if they do not. `front` are the quantisers that round as the original does, by their output.
 */
export function explainedByRounding(
  network: Original,
  input: OnnxTensor,
  outputs: readonly OnnxTensor[],
  front: ReadonlySet<string>,
): Rounding | null {
  let trials = 0;
  const found = new Map<string, string>();
  const isRight = (flipped: ReadonlySet<string>): boolean => {
    trials += 1;
    found.clear();
    const change = roundingUp(front, flipped, (place, rounding) => found.set(place, rounding));
    return differingOutput(network.model, tensorsOf(network, input, change), outputs) === null;
  };
  if (isRight(new Set())) return 'halfway';
  let level: readonly (readonly string[])[] = [[]];
  for (let depth = 0; depth < 3; depth += 1) {
    const next: (readonly string[])[] = [];
    for (const flipped of level) {
      isRight(new Set(flipped));
      for (const place of [...found.keys()].filter((each) => !flipped.includes(each))) {
        if (trials >= mostTrials) return null;
        const more = [...flipped, place];
        if (isRight(new Set(more))) return 'near a threshold';
        next.push(more);
      }
    }
    level = next;
  }
  return null;
}

/** Rounds halves up, and to the other side where a place is among `flipped`; tells all places near a threshold. */
function roundingUp(
  front: ReadonlySet<string>,
  flipped: ReadonlySet<string>,
  tell: (place: string, rounding: Rounding) => void,
): Change {
  return (node, [values, ...settings], output) => {
    const [name = ''] = node.outputs;
    if (!values || front.has(name)) return undefined;
    const integersOf = ways(node, settings);
    if (integersOf === null) return undefined;
    const changed = Float32Array.from(output.values, Number);
    const room = changed.length;
    let isChanged = false;
    for (let index = 0; index < room; index += 1) {
      const way = integersOf(Number(values.values[index]), index, values);
      if (way === null) continue;
      const place = `${name} ${index}`;
      if (way.isHalf) {
        changed[index] = way.upper;
        isChanged = true;
        continue;
      }
      tell(place, 'near a threshold');
      if (!flipped.has(place)) continue;
      changed[index] = changed[index] === Math.fround(way.upper) ? way.lower : way.upper;
      isChanged = true;
    }
    return isChanged ? { ...output, values: changed } : undefined;
  };
}

/** What a value may become at a threshold that it is near; null if it is near none. */
type Way = (
  value: number,
  index: number,
  all: OnnxTensor,
) => { readonly lower: number; readonly upper: number; readonly isHalf: boolean } | null;

function ways(node: OnnxNode, [scales, , bits]: readonly (OnnxTensor | null)[]): Way | null {
  if (node.opType === 'BipolarQuant') return signs;
  if (node.opType !== 'Quant') return null;
  const width = Number(bits!.values[0]);
  const flag = (name: string): boolean => {
    const attribute = node.attributes.get(name);
    return attribute?.type === 'int' && attribute.value === 1;
  };
  let largest: number | null = null;
  return (value, index, { shape, values }) => {
    largest ??= largestOf(values);
    const scale = Number(scales!.values[channelOf(scales!, shape, index)]);
    const scaled = Math.fround(value / scale);
    const below = Math.floor(scaled);
    const distance = scaled - (below + 0.5);
    const room = Math.max(near.value, near.value * Math.abs(scaled), (near.largest * largest) / scale);
    if (Math.abs(distance) > room) return null;
    const limit = (integer: number): number =>
      Math.fround(limited(integer, width, flag('signed'), flag('narrow')) * scale);
    const [lower, upper] = [limit(below), limit(below + 1)];
    return lower === upper ? null : { lower, upper, isHalf: distance === 0 };
  };
}

const signs: Way = (value, _, { values }) =>
  Math.abs(value) > near.largest * largestOf(values) ? null : { lower: -1, upper: 1, isHalf: false };

function largestOf(values: OnnxTensor['values']): number {
  return Array.from(values, Number).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The place of an element's scale among one or one per channel, which are along axis 1. */
function channelOf({ values }: OnnxTensor, shape: readonly number[], index: number): number {
  if (values.length === 1) return 0;
  const inner = shape.slice(2).reduce((all, extent) => all * extent, 1);
  return Math.floor(index / inner) % shape[1]!;
}
