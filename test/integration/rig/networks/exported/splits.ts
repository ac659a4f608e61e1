import type { Body } from '../branching.ts';
import { add, concatenate, split } from '../branching.ts';
import { between } from '../drawing.ts';
import { pick } from '../foldings.ts';
import { append, integers } from '../lowering-drawing.ts';
import type { Range } from './layers.ts';
import { activate, layer, rangeAtEnd } from './layers.ts';
import type { Sampled } from './sampled.ts';

/** Channels that part, of which some go through layers, and that are joined again, side by side or added. */
export function parted(drawing: Sampled, identity: Range): Range {
  const { random } = drawing;
  let range = identity;
  const isBare = random() < 0.25;
  if (isBare || drawing.end.shape[1]! < 2) {
    layer(drawing, between(random, 2, 6), { kernel: pick([1, 3], random) });
    range = isBare ? rangeAtEnd(drawing, true) : activate(drawing);
  }
  if (isBare) drawing.traits.add('split in front of quantisers');
  const sizes = sizesOf(drawing.end.shape[1]!, random);
  const parts = pick([split, slices], random)(drawing, sizes);
  const isSum = random() < 0.4;
  const width = between(random, 2, 5);
  const branches = parts.map((part, index): Body => {
    const isAsItIs = random() < 0.4 && (!isSum || sizes[index] === width);
    return () => {
      part(drawing);
      if (isBare) activate(drawing, range);
      if (isAsItIs) return;
      if (random() < 0.4) {
        layer(drawing, between(random, 2, 6), { kernel: 3 });
        activate(drawing);
      }
      layer(drawing, isSum ? width : between(random, 1, 5), { kernel: pick([1, 3], random) });
      activate(drawing, range);
    };
  });
  const ordered = random() < 0.5 ? branches : branches.toReversed();
  if (isSum) {
    drawing.traits.add('sum of parts');
    add(drawing, ...ordered);
    return activate(drawing);
  }
  concatenate(drawing, ...ordered);
  if (random() < 0.3) return range;
  layer(drawing, between(random, 2, 6), { kernel: pick([1, 3], random) });
  return activate(drawing);
}

/** Two or three numbers that make up a whole; equal ones more often than by chance. */
function sizesOf(whole: number, random: () => number): readonly number[] {
  if (whole % 2 === 0 && random() < 0.4) return [whole / 2, whole / 2];
  const first = between(random, 1, whole - 1);
  const rest = whole - first;
  if (rest < 2 || random() < 0.6) return [first, rest];
  const second = between(random, 1, rest - 1);
  return [first, second, rest - second];
}

/** What a chunk is exported as. */
function slices(drawing: Sampled, sizes: readonly number[]): readonly Body[] {
  drawing.traits.add('slices');
  const { end } = drawing;
  let next = 0;
  return sizes.map((size) => {
    const from = next;
    next += size;
    drawing.end = end;
    const shape = end.shape.with(1, size);
    append(drawing, 'Slice', shape, [integers([from]), integers([next]), integers([1])]);
    const part = drawing.end;
    return (branch) => {
      branch.end = part;
    };
  });
}
