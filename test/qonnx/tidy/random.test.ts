import fc from 'fast-check';
import { test } from 'vitest';
import type { OnnxTensor } from '../../../onnx/model.ts';
import type { DrawnNode } from '../model.ts';
import { floats, int, ints, modelOf, ramp, whole } from '../model.ts';
import { tidied } from './same.ts';

/** A network as far as it is drawn: what computes `tensor`, which is of this shape. */
interface Drawn {
  readonly nodes: readonly DrawnNode[];
  readonly constants: { readonly [name: string]: OnnxTensor };
  readonly tensor: string;
  readonly shape: readonly number[];
}

/** Appends something to a network with tensors of the names that it makes; `seed` decides on details. */
type Step = (drawn: Drawn, name: string, seed: number) => Drawn;

function then(
  { nodes, constants }: Drawn,
  more: readonly DrawnNode[],
  made: { readonly [name: string]: OnnxTensor },
  shape: readonly number[],
): Drawn {
  return {
    nodes: [...nodes, ...more],
    constants: { ...constants, ...made },
    tensor: more.at(-1)![2][0]!,
    shape,
  };
}

const perChannel = (shape: readonly number[], rank = shape.length): readonly number[] => [
  shape[1] ?? 1,
  ...Array.from({ length: rank - 2 }, () => 1),
];

const elementwise = (opType: string): Step => {
  return (drawn, name) => then(drawn, [[opType, [drawn.tensor], [name]]], {}, drawn.shape);
};

const steps: { readonly [name: string]: Step } = {
  relu: elementwise('Relu'),
  identity: elementwise('Identity'),
  dropout: elementwise('Dropout'),
  cast: (drawn, name) => then(drawn, [['Cast', [drawn.tensor], [name], { to: int(1) }]], {}, drawn.shape),
  offset: (drawn, name, seed) => {
    const made = {
      [`${name}a`]: ramp(seed % 2 ? perChannel(drawn.shape) : [], 0.3),
      [`${name}b`]: floats([], [seed % 5]),
    };
    const sum: DrawnNode = ['Sub', [`${name}a`, `${name}b`], [`${name}c`]];
    const add: DrawnNode = ['Add', [drawn.tensor, `${name}c`], [name]];
    return then(drawn, [sum, add], made, drawn.shape);
  },
  quant: (drawn, name, seed) => {
    const made = {
      [`${name}s`]: seed % 3 ? floats([], [0.25]) : ramp(perChannel(drawn.shape), 1.5),
      [`${name}z`]: floats([], [0]),
      [`${name}n`]: floats([], [1 + (seed % 8)]),
    };
    const inputs = [drawn.tensor, `${name}s`, `${name}z`, `${name}n`];
    return then(drawn, [['Quant', inputs, [name], { signed: int(seed % 2) }]], made, drawn.shape);
  },
  linear: (drawn, name, seed) => {
    const made = {
      [`${name}s`]: floats([], [0.125 * (1 + (seed % 4))]),
      [`${name}z`]: { elementType: 'int8', shape: [], values: Int8Array.of(0) } as const,
    };
    const parameters = [`${name}s`, `${name}z`];
    const nodes: readonly DrawnNode[] = [
      ['QuantizeLinear', [drawn.tensor, ...parameters], [`${name}q`]],
      ['DequantizeLinear', [`${name}q`, ...parameters], [name]],
    ];
    return then(drawn, nodes, made, drawn.shape);
  },
  clip: (drawn, name, seed) => {
    const made = { [`${name}l`]: floats([], [-(seed % 2)]), [`${name}h`]: floats([], [1 + (seed % 6)]) };
    const node: DrawnNode = ['Clip', [drawn.tensor, `${name}l`, `${name}h`], [name]];
    return then(drawn, [node], made, drawn.shape);
  },
  sum: (drawn, name) => {
    const nodes: readonly DrawnNode[] = [
      ['Neg', [drawn.tensor], [`${name}n`]],
      ['Abs', [drawn.tensor], [`${name}a`]],
      ['Add', [`${name}n`, `${name}a`], [name]],
    ];
    return then(drawn, nodes, {}, drawn.shape);
  },
  unsqueeze: (drawn, name, seed) => {
    if (drawn.shape.length > 3) return drawn;
    const axis = 1 + (seed % drawn.shape.length);
    const node: DrawnNode = ['Unsqueeze', [drawn.tensor, `${name}a`], [name]];
    return then(drawn, [node], { [`${name}a`]: whole(axis) }, drawn.shape.toSpliced(axis, 0, 1));
  },
  squeeze: (drawn, name) => {
    const axis = drawn.shape.lastIndexOf(1);
    if (axis < 2) return drawn;
    const node: DrawnNode = ['Squeeze', [drawn.tensor, `${name}a`], [name]];
    return then(
      drawn,
      [node],
      { [`${name}a`]: whole(axis - drawn.shape.length) },
      drawn.shape.toSpliced(axis, 1),
    );
  },
  view: (drawn, name) => {
    const [batch = 1, ...others] = drawn.shape;
    const made = { [`${name}z`]: whole(0), [`${name}r`]: whole(-1) };
    const nodes: readonly DrawnNode[] = [
      ['Shape', [drawn.tensor], [`${name}s`]],
      ['Gather', [`${name}s`, `${name}z`], [`${name}b`], { axis: int(0) }],
      ['Concat', [`${name}b`, `${name}r`], [`${name}t`], { axis: int(0) }],
      ['Reshape', [drawn.tensor, `${name}t`], [name]],
    ];
    return then(drawn, nodes, made, [batch, others.reduce((product, extent) => product * extent, 1)]);
  },
  convolution: (drawn, name, seed) => {
    const [batch = 1, channels = 1, ...sizes] = drawn.shape;
    if (sizes.length < 1) return drawn;
    const kernel = sizes.map((size, axis) => 1 + ((seed >> axis) % Math.min(3, size)));
    const outputs = 1 + (seed % 3);
    const quantised = [`${name}w`, `${name}s`, `${name}z`, `${name}n`];
    const made = {
      [`${name}w`]: ramp([outputs, channels, ...kernel]),
      [`${name}s`]: seed % 2 ? floats([], [0.5]) : ramp([outputs, 1, ...kernel.map(() => 1)], 1.4),
      [`${name}z`]: floats([], [0]),
      [`${name}n`]: floats([], [4]),
    };
    const nodes: readonly DrawnNode[] = [
      ['Quant', quantised, [`${name}q`]],
      ['Conv', [drawn.tensor, `${name}q`], [name]],
    ];
    const after = sizes.map((size, axis) => size - kernel[axis]! + 1);
    return then(drawn, nodes, made, [batch, outputs, ...after]);
  },
  normalisation: (drawn, name) => {
    const channels = drawn.shape.slice(1, 2);
    const parts = ['g', 'b', 'm', 'v'].map((part) => `${name}${part}`);
    const made = Object.fromEntries(parts.map((part, index) => [part, ramp(channels, 1.5 + index)]));
    return then(drawn, [['BatchNormalization', [drawn.tensor, ...parts], [name]]], made, drawn.shape);
  },
  pool: (drawn, name, seed) => {
    const [batch = 1, channels = 1, ...sizes] = drawn.shape;
    if (sizes.length < 1) return drawn;
    const stride = 1 + (seed % 2);
    const kernel = sizes.map((size) => Math.min(size, 1 + (seed % 3)));
    const attributes = {
      kernel_shape: ints(...kernel),
      strides: ints(...sizes.map(() => stride)),
      ceil_mode: int(seed % 5 === 0 ? 1 : 0),
    };
    const opType = seed % 7 < 4 ? 'MaxPool' : 'AveragePool';
    const after = sizes.map((size, axis) => {
      const room = (size - kernel[axis]!) / stride;
      if (seed % 5 !== 0) return Math.floor(room) + 1;
      const count = Math.ceil(room) + 1;
      return (count - 1) * stride >= size ? count - 1 : count;
    });
    return then(drawn, [[opType, [drawn.tensor], [name], attributes]], {}, [batch, channels, ...after]);
  },
  mean: (drawn, name, seed) => {
    const { length } = drawn.shape;
    if (length < 3) return drawn;
    const isKept = seed % 2;
    const axes = Array.from({ length: length - 2 }, (_, axis) => (seed % 3 ? axis + 2 : -axis - 1));
    const node: DrawnNode = [
      'ReduceMean',
      [drawn.tensor],
      [name],
      { axes: ints(...axes), keepdims: int(isKept) },
    ];
    const [batch = 1, channels = 1] = drawn.shape;
    return then(drawn, [node], {}, isKept ? [batch, channels, ...axes.map(() => 1)] : [batch, channels]);
  },
};

test('tidying any network keeps what it computes, and is done in one go', () => {
  const choice = fc.record({ step: fc.constantFrom(...Object.keys(steps)), seed: fc.nat(1000) });
  const shapes = fc.constantFrom([1, 6], [1, 2, 6], [1, 2, 5, 4], [1, 3, 1, 7]);
  fc.assert(
    fc.property(
      shapes,
      fc.array(choice, { minLength: 1, maxLength: 9 }),
      fc.boolean(),
      (shape, choices, isOpen) => {
        const start: Drawn = { nodes: [['Neg', ['x'], ['start']]], constants: {}, tensor: 'start', shape };
        const drawn = choices.reduce(
          (current, { step, seed }, index) => steps[step]!(current, `t${index}`, seed),
          start,
        );
        const nodes: readonly DrawnNode[] = [...drawn.nodes, ['Identity', [drawn.tensor], ['y']]];
        const stated = isOpen ? [null, ...shape.slice(1)] : shape;
        const { model } = tidied(modelOf(nodes, drawn.constants, stated), ramp(shape), ramp(shape, 3));
        const idle = ['Constant', 'Dropout', 'DequantizeLinear', 'Gather', 'Shape', 'Squeeze', 'Unsqueeze'];
        for (const { opType } of model.graph.nodes)
          if (idle.includes(opType)) throw new Error(`${opType} is left`);
      },
    ),
    { numRuns: 150 },
  );
});
