import { add, concatenate, enlarge, maxPool } from '../branching.ts';
import { between } from '../drawing.ts';
import { pick } from '../foldings.ts';
import { append, floats, rounded, uneven } from '../lowering-drawing.ts';
import type { Range } from './layers.ts';
import { activate, activatePerChannel, dense, layer, normalise, rangeAtEnd } from './layers.ts';
import type { Sampled } from './sampled.ts';

/** One block of a residual network behind the range that the end has; the range behind it. */
export function residualBlock(drawing: Sampled, identity: Range): Range {
  const isLarge = drawing.end.shape.slice(2).every((extent) => extent >= 4);
  const join = pick(isLarge ? [...joins, ...halving] : joins, drawing.random);
  drawing.traits.add(join.name);
  join(drawing, identity);
  if (drawing.random() < 0.25) behindJoin(drawing);
  return activate(drawing);
}

/** One block of vectors. */
export function residualVectors(drawing: Sampled, identity: Range): Range {
  const { random, end } = drawing;
  add(
    drawing,
    ...inSomeOrder(
      drawing,
      () => {
        dense(drawing, between(random, 3, 9));
        activate(drawing);
        dense(drawing, end.shape[1]!);
        activate(drawing, identity);
      },
      () => undefined,
    ),
  );
  if (random() < 0.25) behindJoin(drawing);
  return activate(drawing);
}

/** One block that widens, goes through each channel for itself, and narrows; with a join if the stride is 1. */
export function invertedBlock(drawing: Sampled, identity: Range): Range {
  const { random } = drawing;
  const channels = drawing.end.shape[1]!;
  const stride = random() < 0.7 ? 1 : 2;
  let after = identity;
  const through = (): void => {
    const wide = channels * between(random, 1, 2);
    layer(drawing, wide, { kernel: 1 });
    if (random() < 0.5) activatePerChannel(drawing);
    else activate(drawing);
    layer(drawing, wide, { stride, depthwise: true });
    activate(drawing);
    layer(drawing, stride === 1 ? channels : between(random, 2, 8), { kernel: 1 });
    if (stride === 1) activate(drawing, identity);
    else after = activate(drawing, rangeAtEnd(drawing, true));
  };
  if (stride === 2) {
    through();
    return after;
  }
  drawing.traits.add('inverted join');
  add(drawing, ...inSomeOrder(drawing, through, () => undefined));
  return activate(drawing, rangeAtEnd(drawing, true));
}

/** Two or three branches side by side, all of one range. */
export function sideBySide(drawing: Sampled, identity: Range): Range {
  const { random } = drawing;
  const branch = (): void => {
    layer(drawing, between(random, 1, 5), { kernel: pick([1, 3], random) });
    activate(drawing, identity);
  };
  const isAsItWas = random() < 0.4;
  const branches = Array.from({ length: between(random, 2, 3) }, () => branch);
  concatenate(drawing, ...(isAsItWas ? [...branches.slice(1), () => undefined] : branches));
  if (random() < 0.3) return identity;
  layer(drawing, between(random, 2, 6), { kernel: pick([1, 3], random) });
  return activate(drawing);
}

/** A smaller image enlarged again, some of them beside what it was. */
export function enlarged(drawing: Sampled, identity: Range): Range {
  const { random } = drawing;
  const below = (): void => {
    maxPool(drawing, { kernel: 2, stride: 2 });
    layer(drawing, between(random, 2, 5));
    activate(drawing, identity);
    enlarge(drawing);
  };
  const even = drawing.end.shape.slice(2).every((extent) => extent % 2 === 0);
  if (even && random() < 0.6) {
    drawing.traits.add('skip');
    concatenate(drawing, ...inSomeOrder(drawing, below, () => undefined));
  } else {
    below();
  }
  if (random() < 0.2) return identity;
  layer(drawing, between(random, 2, 5));
  return activate(drawing);
}

/** Joins whose hardware would compute with floats. */
export function unequal(drawing: Sampled, identity: Range): void {
  const { random } = drawing;
  const kind = pick(['two scales', 'a float branch', 'two scales side by side', 'no quantiser'], random);
  drawing.traits.add(kind);
  const channels = drawing.end.shape[1]!;
  const asItIs = (): void => undefined;
  const branch =
    (isQuantised: boolean): (() => void) =>
    () => {
      layer(drawing, channels);
      if (!isQuantised) normalise(drawing);
      else activate(drawing, { ...identity, scale: identity.scale * pick([0.5, 0.7, 1.6], random) });
    };
  const isFloat = !kind.startsWith('two');
  const branches = inSomeOrder(drawing, branch(!isFloat), kind === 'no quantiser' ? branch(false) : asItIs);
  if (kind.endsWith('side')) concatenate(drawing, ...branches);
  else add(drawing, ...branches);
  activate(drawing);
}

type Join = (drawing: Sampled, identity: Range) => void;

const joins: readonly Join[] = [
  function sharedQuantiser(drawing, identity) {
    add(drawing, ...inSomeOrder(drawing, longWay(drawing, identity), () => undefined));
  },
  function quantisedAgain(drawing) {
    const shared = rangeAtEnd(drawing, true);
    const short = (): void => void activate(drawing, shared);
    add(drawing, ...inSomeOrder(drawing, longWay(drawing, shared), short));
  },
  function otherWidth(drawing, identity) {
    const bits = between(drawing.random, 1, 8);
    const other = { ...identity, bits: identity.signed ? Math.max(bits, 2) : bits };
    add(drawing, ...inSomeOrder(drawing, longWay(drawing, other), () => undefined));
  },
  function otherSign(drawing, identity) {
    const other = { ...identity, signed: !identity.signed, bits: Math.max(identity.bits, 2), narrow: false };
    add(drawing, ...inSomeOrder(drawing, longWay(drawing, other), () => undefined));
  },
  function threeBranches(drawing, identity) {
    const pointwise = (): void => {
      layer(drawing, drawing.end.shape[1]!, { kernel: 1 });
      activate(drawing, identity);
    };
    add(drawing, ...inSomeOrder(drawing, longWay(drawing, identity), () => undefined, pointwise));
  },
  function sumGoesOn(drawing, identity) {
    add(drawing, ...inSomeOrder(drawing, longWay(drawing, identity), () => undefined));
    const next = (): void => {
      activate(drawing);
      longWay(drawing, identity)();
    };
    add(drawing, ...inSomeOrder(drawing, next, () => undefined));
  },
];

/** Joins of images half as large. */
const halving: readonly Join[] = [
  function downSampled(drawing, identity) {
    const outputs = between(drawing.random, 2, 6);
    const short = (): void => {
      layer(drawing, outputs, { kernel: 1, stride: 2 });
      activate(drawing, identity);
    };
    add(drawing, ...inSomeOrder(drawing, longWay(drawing, identity, outputs, 2), short));
  },
  function pooledFirst(drawing, identity) {
    const isPadded = !identity.signed;
    maxPool(drawing, isPadded ? { kernel: 3, stride: 2, pad: 1 } : { kernel: 2, stride: 2 });
    add(drawing, ...inSomeOrder(drawing, longWay(drawing, identity), () => undefined));
  },
];

/** One or two convolutions, the last of which is quantised to this range, if any. */
function longWay(
  drawing: Sampled,
  last: Range | null,
  outputs = drawing.end.shape[1]!,
  stride = 1,
): () => void {
  return () => {
    const { random } = drawing;
    const isShort = random() < 0.3;
    if (!isShort) {
      layer(drawing, between(random, 2, 6), { kernel: pick([1, 3], random) });
      activate(drawing);
    }
    layer(drawing, outputs, { stride });
    if (last) activate(drawing, last);
  };
}

/** Arithmetic between a sum and its quantiser. */
function behindJoin(drawing: Sampled): void {
  const { random, end } = drawing;
  drawing.traits.add('arithmetic behind the join');
  if (random() < 0.5) normalise(drawing);
  else append(drawing, 'Mul', end.shape, [floats([], () => rounded(drawing, uneven(random, 0.3, 2)))]);
}

function inSomeOrder<T>({ random }: Sampled, ...items: readonly T[]): readonly T[] {
  return random() < 0.5 ? items : items.toReversed();
}
