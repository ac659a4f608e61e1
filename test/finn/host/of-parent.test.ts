import { describe, expect, it } from 'vitest';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { hostOfParent } from '../../../finn/host/of-parent.ts';
import type { OnnxModel, OnnxNode, OnnxTensor, ValueInfo } from '../../../onnx/model.ts';
import { writeModel } from '../../../onnx/write.ts';

function node(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: OnnxNode['attributes'] = new Map(),
): OnnxNode {
  return { name: `${opType}_0`, opType, domain: '', inputs, outputs, attributes };
}

function info(
  name: string,
  shape: ValueInfo['shape'],
  elementType: ValueInfo['elementType'] = 'float32',
): ValueInfo {
  return { name, elementType, shape };
}

const half: OnnxTensor = { elementType: 'float32', shape: [1], values: Float32Array.of(0.5) };

/** FINN's parent of a small image network, with these nodes and outputs. */
function parent(nodes: readonly OnnxNode[], outputs: readonly ValueInfo[]): OnnxModel {
  return {
    opsets: new Map([['', 13]]),
    metadata: new Map([['made', 'at some time']]),
    graph: {
      name: 'finn',
      nodes,
      initializers: new Map([['half', half]]),
      inputs: [info('image', [1, 3, 8, 6])],
      outputs,
      valueInfo: new Map(
        [info('nhwc', [1, 8, 6, 3]), info('sums', [1, 10]), info('scaled', [1, 10])].map((each) => [
          each.name,
          each,
        ]),
      ),
      annotations: new Map([['image', new Map([['finn_datatype', 'UINT8']])]]),
    },
  };
}

/** The hardware in it, of which only the last layer and what it makes matter. */
function hardware(opType: string, datatype: string): HardwareGraph {
  const tensor = { shape: [1, 10], datatype, layout: null };
  const last = { name: 'last', opType, domain: 'finn', inputs: ['in'], outputs: ['out'], attributes: {} };
  return {
    nodes: [last],
    tensors: new Map([
      ['in', tensor],
      ['out', tensor],
    ]),
    parameters: new Map(),
    inputs: ['in'],
    outputs: ['out'],
  };
}

const transpose = node(
  'Transpose',
  ['image'],
  ['nhwc'],
  new Map([['perm', { type: 'ints', value: [0, 2, 3, 1] }]]),
);
const partition = node('StreamingDataflowPartition', ['nhwc'], ['sums']);
const scale = node('Mul', ['sums', 'half'], ['scores']);
const scores = [info('scores', [1, 10])];

describe("FINN's parent graph", () => {
  it('becomes the models in front of the boards and behind them', () => {
    const { part, before, after } = hostOfParent(
      parent([transpose, partition, scale], scores),
      hardware('MVAU_hls', 'INT14'),
    );
    expect(part).toEqual({
      format: 2,
      input: { name: 'image', shape: [1, 3, 8, 6], datatype: 'UINT8' },
      outputs: [{ name: 'scores', shape: [1, 10], datatype: 'FLOAT32', meaning: 'values' }],
    });
    expect(before.graph).toMatchObject({
      nodes: [{ ...transpose, outputs: ['tensor0'] }],
      inputs: [info('image', [1, 3, 8, 6])],
      outputs: [info('tensor0', [1, 8, 6, 3])],
      initializers: new Map(),
    });
    expect(after.graph).toMatchObject({
      nodes: [{ ...scale, inputs: ['tensor0', 'tensor1'] }],
      inputs: [info('tensor0', [1, 10])],
      outputs: scores,
      initializers: new Map([['tensor1', half]]),
    });
  });

  it('leaves the host nothing to do where the hardware is all of it', () => {
    const label = info('class', [1, 1], 'int64');
    const whole = node('StreamingDataflowPartition', ['image'], ['class']);
    const { part, before, after } = hostOfParent(
      parent([whole], [label]),
      hardware('LabelSelect_hls', 'UINT8'),
    );
    expect(part.outputs).toEqual([{ name: 'class', shape: [1, 1], datatype: 'UINT8', meaning: 'class' }]);
    expect(before.graph).toMatchObject({
      nodes: [],
      inputs: [{ name: 'image' }],
      outputs: [{ name: 'image' }],
    });
    expect(after.graph).toMatchObject({ nodes: [], inputs: [label], outputs: [label] });
  });

  it('gives several outputs, and finds a class that the host chooses', () => {
    const top = node('TopK', ['scores', 'half'], ['best', 'class']);
    const outputs = [...scores, info('class', [1, 1], 'int64')];
    const { part, after } = hostOfParent(
      parent([transpose, partition, scale, top], outputs),
      hardware('MVAU_hls', 'INT14'),
    );
    expect(part.outputs).toEqual([
      { name: 'scores', shape: [1, 10], datatype: 'FLOAT32', meaning: 'values' },
      { name: 'class', shape: [1, 1], datatype: 'INT64', meaning: 'class' },
    ]);
    expect(after.graph.nodes.map(({ opType }) => opType)).toEqual(['Mul', 'TopK']);
  });

  it('is written with the same bytes, whatever FINN called its tensors', () => {
    const graph = hardware('MVAU_hls', 'INT14');
    const one = hostOfParent(parent([transpose, partition, scale], scores), graph);
    const renamed = parent(
      [
        { ...transpose, outputs: ['sums'] },
        node('StreamingDataflowPartition', ['sums'], ['nhwc']),
        { ...scale, inputs: ['nhwc', 'half'] },
      ],
      scores,
    );
    const other = hostOfParent(
      {
        ...renamed,
        graph: {
          ...renamed.graph,
          valueInfo: new Map([
            ['nhwc', info('nhwc', [1, 10])],
            ['sums', info('sums', [1, 8, 6, 3])],
          ]),
        },
      },
      graph,
    );
    expect(writeModel(other.before)).toEqual(writeModel(one.before));
    expect(writeModel(other.after)).toEqual(writeModel(one.after));
  });

  const around = node('Mul', ['sums', 'nhwc'], ['scores']);
  it.each([
    ['no partition', [transpose, scale], 'host/partitions'],
    ['two partitions', [transpose, partition, partition, scale], 'host/partitions'],
    ['a branch around the hardware', [transpose, partition, around], 'host/partitions'],
  ])('is refused with %s', (_, nodes, code) => {
    expect(() => hostOfParent(parent(nodes, scores), hardware('MVAU_hls', 'INT14'))).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('is refused with two inputs, or without a fixed shape', () => {
    const model = parent([transpose, partition, scale], scores);
    const graph = hardware('MVAU_hls', 'INT14');
    const withInputs = (inputs: readonly ValueInfo[]): OnnxModel => ({
      ...model,
      graph: { ...model.graph, inputs },
    });
    const [image] = model.graph.inputs;
    expect(() => hostOfParent(withInputs([image!, info('more', [1])]), graph)).toThrow(
      expect.objectContaining({ code: 'finn/several-boundaries' }),
    );
    expect(() => hostOfParent(withInputs([info('image', [null, 3, 8, 6])]), graph)).toThrow(
      expect.objectContaining({ code: 'dialect/no-shape' }),
    );
  });
});
