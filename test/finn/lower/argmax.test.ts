import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { lower } from '../../../finn/lower/lower.ts';
import { readModel } from '../../../onnx/read.ts';
import { describeHost } from '../host.ts';
import { endingInArgMax } from './ending-in-argmax.ts';

const part = 'xc7z020clg484-1';
const model = readModel(readFileSync(new URL('../../golden/mlp/narrow-2bit.onnx', import.meta.url)));
const withTopK = lower(model, part, null);

function lowered(attributes: { readonly [name: string]: number }) {
  return lower(endingInArgMax(model, attributes)!, part, null);
}

test.each([{ axis: -1 }, { axis: 1, keepdims: 1 }, { axis: 1, keepdims: 1, select_last_index: 0 }])(
  'ArgMax %j is a TopK of one',
  (attributes) => {
    const { graph, host } = lowered(attributes);
    expect(writeHardwareGraph(graph)).toEqual(writeHardwareGraph(withTopK.graph));
    expect(describeHost(host)).toEqual(describeHost(withTopK.host));
  },
);

test('an ArgMax that removes its axis is the same hardware, and the host removes the axis', () => {
  const { graph, host } = lowered({ axis: 1, keepdims: 0 });
  expect(writeHardwareGraph(graph)).toEqual(writeHardwareGraph(withTopK.graph));
  const beside = describeHost(withTopK.host);
  expect(beside).toMatchObject({ after: [], output: { shape: [1, 1] } });
  expect(describeHost(host)).toEqual({
    ...beside,
    after: [{ op: 'Reshape', shape: [1] }],
    output: { ...beside.output, shape: [1] },
  });
});

// By default, ArgMax goes along axis 0.
test.each([{ axis: 0 }, { keepdims: 0 }, { axis: -1, select_last_index: 1 }])(
  'ArgMax %j, of which the hardware has no layer, is for the host',
  (attributes) => {
    const { graph, host } = lowered(attributes);
    expect(graph.nodes.map(({ opType }) => opType)).not.toContain('LabelSelect_hls');
    expect(host.after.graph.nodes.at(-1)?.opType).toBe('ArgMax');
    expect(describeHost(host).output.datatype).toBe('INT64');
  },
);
