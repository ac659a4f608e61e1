import type { OnnxModel, OnnxTensor, ValueInfo } from '../../../../../onnx/model.ts';
import type { Route } from '../../../../../finn/lower/route.ts';
import { seeded } from '../../../../rig/seeded.ts';
import { between } from '../drawing.ts';
import { pick } from '../foldings.ts';
import { floats, modelOf } from '../lowering-drawing.ts';
import { bodies } from './bodies.ts';
import type { Sampled } from './sampled.ts';
import { valuesAtEnd } from './sampled.ts';
import { drawInput, start, valueOf } from './starts.ts';
import { endOfImage, endOfVector } from './tails.ts';

/** A network of the forms that Brevitas exports. */
export interface Exported {
  readonly kind: Kind;
  /** What it is made of. */
  readonly traits: readonly string[];
  readonly model: OnnxModel;
  /** Null for the preset that the front end chooses. */
  readonly preset: Route['preset'] | null;
  /** Whether its hardware would compute with floats, so that it must be refused. */
  readonly isFloat: boolean;
  /** An input, random by its number. */
  readonly input: (number: number) => OnnxTensor;
}

export type Kind = keyof typeof bodies;

export const kinds = Object.keys(bodies) as readonly Kind[];

/** The network of a seed; the kind is that of the seed's place among them unless one is named. */
export function exportedNetwork(seed: number, kind = kinds[seed % kinds.length]!): Exported {
  const random = seeded(seed);
  // Neighbouring seeds of the generator begin alike.
  random();
  const { body, shape } = bodies[kind];
  const input = drawInput(random, shape(random));
  const value = (from: () => number) => (): number => valueOf(input.datatype, from);
  const version = pick([1, 2], random);
  const uniform = random() < 0.7;
  const opsets = new Map([
    ['', 13],
    ['qonnx.custom_op.general', version],
  ]);
  const drawing: Sampled = {
    random,
    nodes: [],
    constants: new Map(),
    powersOfTwo: random() < 0.12,
    end: input,
    opsets,
    samples: new Map([[input.tensor, floats(input.shape, value(random))]]),
    weightBits: uniform ? between(random, 1, 8) : null,
    activationBits: uniform ? between(random, 1, 8) : null,
    clips: random() < 0.06,
    quantisesBiases: random() < 0.15,
    traits: new Set(),
  };
  if (drawing.powersOfTwo === true) drawing.traits.add('powers of two');
  start(drawing, input.datatype);
  body(drawing);
  const outputs = (drawing.end.shape.length === 2 ? endOfVector : endOfImage)(drawing);
  const model = modelOf(drawing, input, 13, version, false);
  return {
    kind,
    traits: [...drawing.traits],
    model: { ...model, graph: { ...model.graph, outputs, valueInfo: shapesOf(drawing) } },
    preset: kind === 'mobilenet' ? 'mobilenet' : null,
    isFloat: kind === 'unequal',
    input: (number) => floats(input.shape, contrasting(seeded(seed * 1000 + number), number, value)),
  };
}

/** Values that are all random, half zeros, or in runs of equal ones, by the number of the input. */
function contrasting(
  random: () => number,
  number: number,
  value: (from: () => number) => () => number,
): () => number {
  const next = value(random);
  let last = next();
  return () => {
    const other = next();
    const chance = random();
    if (number % 3 === 1) return other;
    if (number % 3 === 2) return chance < 0.5 ? 0 : other;
    if (chance < 0.2) last = other;
    return last;
  };
}

/** The shapes of all tensors, as tidy files state them. */
function shapesOf(drawing: Sampled): ReadonlyMap<string, ValueInfo> {
  valuesAtEnd(drawing);
  const made = drawing.nodes.flatMap(({ outputs }) => outputs);
  return new Map(
    made.map((name) => {
      const { elementType, shape } = drawing.samples.get(name)!;
      return [name, { name, elementType, shape }];
    }),
  );
}
