import { describe, expect, test } from 'vitest';
import type { OnnxModel } from '../../../onnx/model.ts';
import { writeModel } from '../../../onnx/write.ts';
import { counterpart } from '../rig/counterparts.ts';
import { inParts } from '../rig/finn/in-parts.ts';
import { finnOfSuite } from '../rig/finn/suite.ts';
import type { Parts } from '../rig/networks/branching.ts';
import { add, layer, networkOf, quantise, scores } from '../rig/networks/branching.ts';
import { append, floats, integers, named, node } from '../rig/networks/lowering-drawing.ts';
import type { Drawing } from '../rig/networks/lowering-drawing.ts';
import { topK } from '../rig/networks/lowering-parts.ts';
import { tfcJobs } from '../rig/tfc-jobs.ts';

/** A network that the host has to begin or to end, and the operators that it does so with, sorted. */
interface Case {
  readonly model: OnnxModel;
  readonly before: readonly string[];
  readonly last: string;
  readonly after: readonly string[];
  readonly preset?: 'residual';
}

const cases: Readonly<Record<string, Case>> = {
  'scores with the scale of their layer': {
    model: chain({ end: scores }),
    before: ['Transpose'],
    last: 'MVAU',
    after: ['Mul'],
  },
  'scores with a bias and a softmax': {
    model: chain({
      end: (drawing) => {
        scores(drawing);
        perChannel(drawing, 'Add');
        append(drawing, 'Softmax', drawing.end.shape, [], { axis: 1 });
      },
    }),
    before: ['Transpose'],
    last: 'MVAU',
    after: ['Add', 'Mul', 'Softmax'],
  },
  'a scale per channel in front of TopK': {
    model: chain({
      end: (drawing) => {
        scores(drawing);
        perChannel(drawing, 'Mul');
        topK(drawing);
      },
    }),
    before: ['Transpose'],
    last: 'MVAU',
    after: ['Mul', 'TopK'],
  },
  'the places of the largest scores, and these as another output': {
    model: withOutput(
      chain({
        end: (drawing) => {
          scores(drawing);
          topK(drawing, 3);
        },
      }),
      'TopK',
      [1, 3],
    ),
    before: ['Transpose'],
    last: 'MVAU',
    after: ['Mul', 'TopK'],
  },
  'a sigmoid, and the scores below it as another output': {
    model: withOutput(
      chain({
        end: (drawing) => {
          scores(drawing);
          append(drawing, 'Sigmoid', drawing.end.shape);
        },
      }),
      'MatMul',
      [1, 5],
    ),
    before: ['Transpose'],
    last: 'MVAU',
    after: ['Identity', 'Identity', 'Mul', 'Sigmoid'],
  },
  'scores that part at the end': {
    model: withOutput(
      chain({
        end: (drawing) => {
          scores(drawing);
          const sizes = named(drawing, integers([2, 3]));
          const tensors = ['left', 'right'] as const;
          node(drawing, 'Split', [drawing.end.tensor, sizes], { axis: 1 }, tensors);
          drawing.end = { tensor: tensors[1], shape: [1, 3] };
        },
      }),
      'Split',
      [1, 2],
    ),
    preset: 'residual',
    before: ['Transpose'],
    last: 'MVAU',
    after: ['Mul', 'Mul', 'Split'],
  },
  'a feature map': {
    model: chain({ end: () => undefined }),
    before: ['Transpose'],
    last: 'MVAU',
    after: ['Mul', 'Transpose'],
  },
  'classes of each pixel': {
    model: chain({
      end: (drawing) => {
        append(drawing, 'Softmax', drawing.end.shape, [], { axis: 1 });
      },
    }),
    before: ['Transpose'],
    last: 'MVAU',
    after: ['Mul', 'Softmax', 'Transpose'],
  },
  'a feature map of branches': {
    model: networkOf(
      (drawing) => {
        quantise(drawing, 0.2);
        add(
          drawing,
          (side) => {
            layer(side, 0.2);
          },
          () => undefined,
        );
        quantise(drawing, 0.3);
      },
      { end: () => undefined },
    ),
    preset: 'residual',
    before: ['Transpose'],
    last: 'Thresholding',
    after: ['Mul', 'Transpose'],
  },
  'floats that the network quantises': {
    model: chain({
      datatype: 'FLOAT32',
      start: (drawing) => {
        append(drawing, 'Mul', drawing.end.shape, [floats([], () => 0.007)]);
        quantise(drawing, 0.3, true);
      },
    }),
    before: ['MultiThreshold', 'Transpose'],
    last: 'LabelSelect',
    after: [],
  },
};

/** Two quantised layers with these ends. */
function chain(parts: Partial<Parts>): OnnxModel {
  return networkOf((drawing) => {
    quantise(drawing, 0.2);
    layer(drawing, 0.3);
  }, parts);
}

function perChannel(drawing: Drawing, kind: 'Add' | 'Mul'): void {
  const { shape } = drawing.end;
  append(drawing, kind, shape, [floats([shape.at(-1)!], (index) => 0.3 + index / 7)]);
}

/** The network that also returns the first result of the first node of a kind, which has this shape. */
function withOutput(model: OnnxModel, opType: string, shape: readonly number[]): OnnxModel {
  const name = model.graph.nodes.find((each) => each.opType === opType)!.outputs[0]!;
  const output = { name, elementType: 'float32', shape } as const;
  return { ...model, graph: { ...model.graph, outputs: [...model.graph.outputs, output] } };
}

counterpart('finn', (python) => {
  const suite = finnOfSuite();
  const { preprocess } = tfcJobs(python);

  describe.concurrent('the host', () => {
    test.for(Object.entries(cases))('begins or ends with %s', { timeout: 300_000 }, async ([name, found]) => {
      const { model, before, last, after, preset = 'default' } = found;
      const { outcome, out } = await preprocess(
        { specialize: null, preset },
        { 'model/model.onnx': writeModel(model) },
      );
      expect(outcome, outcome?.message).toMatchObject({ ok: true, warnings: [] });
      const { kinds, parent, part, expected, computed } = await inParts(suite, name, model, out);
      const position = parent.indexOf('StreamingDataflowPartition');
      expect(parent.slice(0, position).sort()).toEqual(before);
      expect(parent.slice(position + 1).sort()).toEqual(after);
      expect(kinds.at(-1)).toBe(last);
      const [input] = model.graph.inputs;
      expect(part.input).toMatchObject({ name: input!.name, shape: input!.shape });
      expect(part.outputs).toMatchObject(
        model.graph.outputs.map(({ name: output, shape }) => ({ name: output, shape })),
      );
      const flat = computed.flat(2);
      for (const [index, value] of expected.flat(2).entries()) expect(flat[index]).toBeCloseTo(value, 4);
      expect(flat).toHaveLength(expected.flat(2).length);
    });
  });
});
