import { describe, expect, it } from 'vitest';
import { hostOfParent } from '../../../finn/host/of-parent.ts';
import type { OnnxModel, OnnxNode, ValueInfo } from '../../../onnx/model.ts';

function node(
  opType: string,
  input: string,
  output: string,
  attributes: OnnxNode['attributes'] = new Map(),
): OnnxNode {
  return { name: '', opType, domain: '', inputs: [input], outputs: [output], attributes };
}

function info(name: string, shape: ValueInfo['shape']): ValueInfo {
  return { name, elementType: 'float32', shape };
}

/** FINN's parent of a small image network, with these nodes. */
function parent(nodes: readonly OnnxNode[]): OnnxModel {
  return {
    opsets: new Map([['', 13]]),
    metadata: new Map(),
    graph: {
      name: '',
      nodes,
      initializers: new Map(),
      inputs: [info('in', [1, 3, 8, 6])],
      outputs: [info('out', [1, 10])],
      valueInfo: new Map([
        ['nhwc', info('nhwc', [1, 8, 6, 3])],
        ['result', info('result', [1, 1, 1, 10])],
      ]),
      annotations: new Map([['in', new Map([['finn_datatype', 'UINT8']])]]),
    },
  };
}

const transpose = node('Transpose', 'in', 'nhwc', new Map([['perm', { type: 'ints', value: [0, 2, 3, 1] }]]));
const partition = node('StreamingDataflowPartition', 'nhwc', 'result');
const flatten = node('Flatten', 'result', 'out');

describe("FINN's parent graph", () => {
  it('becomes the host part', () => {
    expect(hostOfParent(parent([transpose, partition, flatten]))).toEqual({
      format: 1,
      before: [{ op: 'Transpose', perm: [0, 2, 3, 1] }],
      after: [{ op: 'Reshape', shape: [1, 10] }],
      input: { shape: [1, 3, 8, 6], datatype: 'UINT8' },
      output: { shape: [1, 10], datatype: 'FLOAT32' },
    });
  });

  it.each([
    ['no partition', [transpose, flatten], 'host/partitions'],
    ['two partitions', [transpose, partition, partition, flatten], 'host/partitions'],
    [
      'an operator that the host cannot run',
      [transpose, partition, node('Softmax', 'result', 'out')],
      'host/unsupported-op',
    ],
  ])('is refused with %s', (_, nodes, code) => {
    expect(() => hostOfParent(parent(nodes))).toThrow(expect.objectContaining({ code }));
  });

  it('is refused without a fixed shape', () => {
    const model = parent([transpose, partition, flatten]);
    const open = { ...model, graph: { ...model.graph, inputs: [info('in', [null, 3, 8, 6])] } };
    expect(() => hostOfParent(open)).toThrow(expect.objectContaining({ code: 'dialect/no-shape' }));
  });
});
