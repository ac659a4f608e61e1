import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HostModels } from '../../../finn/host/host-part.ts';
import { imageInput } from '../../../finn/ends/image-input.ts';
import { lower } from '../../../finn/lower/lower.ts';
import type { OnnxModel } from '../../../onnx/model.ts';
import { writeModel } from '../../../onnx/write.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import { describeHost } from '../../finn/host.ts';
import { describeNodes } from '../../finn/network.ts';
import { counterpart } from '../rig/counterparts.ts';
import { inParts } from '../rig/finn/in-parts.ts';
import { finnOfSuite } from '../rig/finn/suite.ts';
import {
  add,
  average,
  concatenate,
  enlarge,
  layer,
  maxPool,
  networkOf,
  quantise,
  split,
  window,
} from '../rig/networks/branching.ts';
import type { Body } from '../rig/networks/branching.ts';
import { normalisation } from '../rig/networks/lowering-layers.ts';
import { tfcJobs } from '../rig/tfc-jobs.ts';

/** Two convolutions, the second of which is quantised as what it is added to. */
function longWay(scale: number, signed = false): Body {
  return (drawing) => {
    layer(drawing, 0.31);
    layer(drawing, scale, { signed });
  };
}

/** One convolution, quantised as all of its kind. */
function ofWindow(kernel: number): Body {
  return (drawing) => {
    layer(drawing, 0.2, { kernel });
  };
}

function inTurn(...bodies: readonly Body[]): Body {
  return (drawing) => {
    for (const body of bodies) body(drawing);
  };
}

const part = 'xc7z020clg484-1';
const asItIs: Body = () => undefined;

/** Networks that must become hardware, with how many of some layers they have. */
const taken: Readonly<Record<string, { readonly model: OnnxModel; readonly layers: Layers }>> = {
  'one quantiser without a sign': {
    layers: { ElementwiseAdd: 1, DuplicateStreams: 1 },
    model: networkOf((drawing) => {
      quantise(drawing, 0.2);
      add(drawing, longWay(0.2), asItIs);
      layer(drawing, 0.4);
    }),
  },
  'one signed quantiser on both sides': {
    layers: { ElementwiseAdd: 1, DuplicateStreams: 1 },
    model: networkOf((drawing) => {
      quantise(drawing, 0.2);
      add(drawing, longWay(0.15, true), (side) => {
        quantise(side, 0.15, true);
      });
      quantise(drawing, 0.3);
    }),
  },
  'a shortcut of one pixel with stride 2, behind a MaxPool': {
    layers: { ElementwiseAdd: 1, DuplicateStreams: 1, Pool: 1 },
    model: networkOf(
      (drawing) => {
        quantise(drawing, 0.2);
        maxPool(drawing, { kernel: 3, stride: 2, pad: 1 });
        add(
          drawing,
          (side) => {
            layer(side, 0.31, { stride: 2 });
            layer(side, 0.2);
          },
          (side) => {
            layer(side, 0.2, { kernel: 1, stride: 2 });
          },
        );
        quantise(drawing, 0.3);
      },
      { shape: [1, 3, 9, 9] },
    ),
  },
  'three branches, and their sum once more': {
    layers: { ElementwiseAdd: 3, DuplicateStreams: 2 },
    model: networkOf((drawing) => {
      quantise(drawing, 0.2);
      add(drawing, longWay(0.2), asItIs, (side) => {
        layer(side, 0.2, { kernel: 1 });
      });
      quantise(drawing, 0.35);
      add(drawing, longWay(0.35), asItIs);
      quantise(drawing, 0.4);
    }),
  },
  'a signed sum on the right of one without a sign': {
    layers: { ElementwiseAdd: 1, DuplicateStreams: 1 },
    model: networkOf((drawing) => {
      quantise(drawing, 0.2);
      add(drawing, asItIs, longWay(0.2, true));
      quantise(drawing, 0.3);
    }),
  },
  'a signed sum on the left of one without a sign': {
    layers: { ElementwiseAdd: 1, DuplicateStreams: 1 },
    model: networkOf((drawing) => {
      quantise(drawing, 0.2);
      add(drawing, longWay(0.2, true), asItIs);
      quantise(drawing, 0.3);
    }),
  },
  'two branches side by side': {
    layers: { StreamingConcat: 1, DuplicateStreams: 1 },
    model: networkOf((drawing) => {
      quantise(drawing, 0.2);
      concatenate(drawing, longWay(0.2), asItIs);
      layer(drawing, 0.4);
    }),
  },
  'two and three convolutions of one image, side by side': {
    layers: { StreamingConcat: 2, DuplicateStreams: 2 },
    model: networkOf((drawing) => {
      quantise(drawing, 0.2);
      concatenate(drawing, ofWindow(3), ofWindow(1));
      layer(drawing, 0.2);
      concatenate(drawing, ofWindow(3), ofWindow(1), ofWindow(1));
    }),
  },
  'a smaller image that is enlarged again, beside itself': {
    layers: { StreamingConcat: 1, UpsampleNearestNeighbour: 1, Pool: 1 },
    model: networkOf((drawing) => {
      quantise(drawing, 0.2);
      concatenate(
        drawing,
        (side) => {
          maxPool(side, { kernel: 2, stride: 2 });
          layer(side, 0.2);
          enlarge(side);
        },
        asItIs,
      );
      layer(drawing, 0.4);
    }),
  },
  'half of the channels past two layers': {
    layers: { StreamingSplit: 1, StreamingConcat: 1, DuplicateStreams: 0 },
    model: networkOf((drawing) => {
      quantise(drawing, 0.2);
      const [left, right] = split(drawing, [2, 2]);
      concatenate(drawing, inTurn(left!, longWay(0.2)), right!);
      layer(drawing, 0.4);
    }),
  },
  'unequal parts in another order, one of which branches again': {
    layers: { StreamingSplit: 1, StreamingConcat: 1, DuplicateStreams: 1, ElementwiseAdd: 1 },
    model: networkOf((drawing) => {
      quantise(drawing, 0.2, true);
      const [left, right] = split(drawing, [1, 3]);
      const block: Body = (side) => {
        add(side, longWay(0.2, true), asItIs);
        quantise(side, 0.2, true);
      };
      concatenate(drawing, inTurn(right!, block), left!);
      layer(drawing, 0.4);
    }),
  },
  'parts with a scale per channel in front': {
    layers: { StreamingSplit: 1, ElementwiseAdd: 1 },
    model: networkOf((drawing) => {
      const again: Body = (side) => {
        quantise(side, 0.2);
      };
      add(drawing, ...split(drawing, [2, 2]).map((part) => inTurn(part, again)));
      quantise(drawing, 0.4);
    }),
  },
  'parts of lines': {
    layers: { StreamingSplit: 1, StreamingConcat: 1 },
    model: networkOf(
      (drawing) => {
        quantise(drawing, 0.2);
        const [left, right] = split(drawing, [1, 3]);
        concatenate(drawing, inTurn(left!, longWay(0.2)), right!);
        layer(drawing, 0.4);
      },
      { shape: [1, 2, 12] },
    ),
  },
  'the mean of the image before the scores': {
    layers: { GlobalAccPool: 1 },
    model: networkOf((drawing) => {
      quantise(drawing, 0.2);
      average(drawing, 'pool');
    }),
  },
  'the same as ReduceMean': {
    layers: { GlobalAccPool: 1 },
    model: networkOf((drawing) => {
      quantise(drawing, 0.2);
      average(drawing, 'mean');
    }),
  },
  'a block on lines': {
    layers: { ElementwiseAdd: 1, ConvolutionInputGenerator: 4, Pool: 1 },
    model: networkOf(
      (drawing) => {
        quantise(drawing, 0.2);
        add(drawing, longWay(0.2), asItIs);
        quantise(drawing, 0.3);
        maxPool(drawing, { kernel: 2, stride: 2 });
      },
      { shape: [1, 2, 12] },
    ),
  },
  'lines and their mean': {
    layers: { GlobalAccPool: 1, ConvolutionInputGenerator: 2 },
    model: networkOf(
      (drawing) => {
        quantise(drawing, 0.2);
        layer(drawing, 0.3);
        average(drawing, 'mean');
      },
      { shape: [1, 2, 12] },
    ),
  },
};

type Layers = Readonly<Record<string, number>>;

/** Networks whose hardware would be wrong, or float. */
const refused: Readonly<Record<string, { readonly model: OnnxModel; readonly outcome: object }>> = {
  'branches of two scales': {
    model: networkOf((drawing) => {
      quantise(drawing, 0.25);
      add(drawing, longWay(0.5), asItIs);
      quantise(drawing, 0.3);
    }),
    outcome: {
      code: 'finn/float-layer',
      message:
        'ElementwiseAdd_0 (ElementwiseAdd) joins MVAU_2 · 0.5 and DuplicateStreams_0 · 0.25: their scales differ, so it would compute with floats',
      hint: 'quantise both branches with one scale (one shared quantiser)',
    },
  },
  'a branch that is not quantised': {
    model: networkOf((drawing) => {
      quantise(drawing, 0.25);
      add(
        drawing,
        (side) => {
          layer(side, 0.31);
          window(side, 4);
          normalisation(side, false);
        },
        asItIs,
      );
      quantise(drawing, 0.3);
    }),
    outcome: { code: 'finn/float-layer' },
  },
  'windows beyond the edge': {
    model: networkOf(
      (drawing) => {
        quantise(drawing, 0.2);
        maxPool(drawing, { kernel: 2, stride: 2, ceil: 1 });
      },
      { shape: [1, 3, 7, 7] },
    ),
    outcome: {
      code: 'finn/window',
      message:
        'ConvolutionInputGenerator_1 (ConvolutionInputGenerator) has 4 windows of 2 in 7 pixels with stride 2, but 3 fit',
      hint: 'export the pooling with ceil_mode=False, or pad the image',
    },
  },
  'several images at a time': {
    model: networkOf(
      (drawing) => {
        quantise(drawing, 0.2);
      },
      { shape: [4, 3, 6, 6], end: asItIs },
    ),
    outcome: {
      code: 'lower/unsupported-graph',
      message: 'the input input has a batch of 4',
      hint: 'export the model with a batch of 1',
    },
  },
};

/** Keeps a network and FINN's answer for the unit tests, if a folder is named. */
const record = process.env['PIPELINE_TEST_RECORD'];

function keep(
  folder: string,
  name: string,
  model: OnnxModel,
  host: HostModels,
  nodes: readonly object[],
): void {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1-$2').replaceAll(/\W+/g, '-');
  const path = join(folder, words.toLowerCase());
  writeFileSync(`${path}.onnx`, writeModel(model));
  const answer = { part, route: { preset: 'residual' }, host: describeHost(host), nodes };
  writeFileSync(`${path}.json`, `${JSON.stringify(answer)}\n`);
}

counterpart('finn', (python) => {
  const suite = finnOfSuite();
  const { preprocess } = tfcJobs(python);
  const lowered = (model: OnnxModel, changes: object = { preset: 'residual' }) =>
    preprocess({ specialize: null, ...changes }, { 'model/model.onnx': writeModel(model) });

  describe.concurrent('the preset residual', () => {
    test.for(Object.entries(taken))('lowers %s', { timeout: 300_000 }, async ([name, { model, layers }]) => {
      const { model: tidied } = tidy(model);
      const { outcome, out } = await lowered(imageInput(tidied).rest);
      expect(outcome).toMatchObject({ ok: true });
      const { hardware, kinds, parent, expected, computed } = await inParts(suite, name, model, out);
      const found = Object.keys(layers).map((kind) => [kind, kinds.filter((each) => each === kind).length]);
      expect(Object.fromEntries(found)).toEqual(layers);
      expect(kinds.at(-1)).toBe('LabelSelect');
      expect(parent.filter((kind) => kind !== 'Reshape')).toEqual([
        'Transpose',
        'StreamingDataflowPartition',
      ]);
      expect(computed).toEqual(expected);
      const ours = lower(tidied, part, null, { preset: 'residual' });
      expect(describeNodes(ours.graph)).toEqual(describeNodes(hardware));
      if (record !== undefined) keep(record, name, tidied, ours.host, describeNodes(hardware));
    });

    test.for(Object.entries(refused))('refuses %s', async ([, { model, outcome }]) => {
      expect((await lowered(model)).outcome).toMatchObject({ ok: false, ...outcome });
    });
  });

  describe.concurrent('steps that FINN lets pass are refused', () => {
    const block = taken['one quantiser without a sign']!.model;

    test('where a reader loses its input', async () => {
      const steps = `
def step_lose(model, cfg):
    [node] = [node for node in model.graph.node if node.op_type == "Add"]
    model.graph.node.remove(model.find_producer(node.input[0]))
    return model
`;
      const { outcome } = await preprocess(
        { specialize: null, steps: ['step_tidy_up', 'step_lose'] },
        { 'model/model.onnx': writeModel(block), 'module/steps.py': Buffer.from(steps) },
      );
      expect(outcome).toMatchObject({ code: 'finn/no-producer' });
      expect(outcome!.message).toMatch(
        /^step_lose leaves Add_0 \(Add\) with an input that nothing makes \(Quant_\d+_out0\)$/,
      );
    });

    test('where axes change inside', async () => {
      const unscaled = networkOf((drawing) => {
        quantise(drawing, 1);
        add(drawing, longWay(1), asItIs);
        quantise(drawing, 1);
      });
      const { outcome } = await lowered(unscaled, { preset: 'default' });
      expect(outcome).toMatchObject({ code: 'finn/shuffle' });
    });
  });
});
