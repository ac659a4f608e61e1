import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { lower } from '../../../finn/lower/lower.ts';
import { readModel } from '../../../onnx/read.ts';
import { Refusal } from '../../../base/refusal.ts';
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
    expect(host).toEqual(withTopK.host);
  },
);

test('an ArgMax that removes its axis is the same hardware, and the host removes the axis', () => {
  const { graph, host } = lowered({ axis: 1, keepdims: 0 });
  expect(writeHardwareGraph(graph)).toEqual(writeHardwareGraph(withTopK.graph));
  expect(withTopK.host).toMatchObject({ after: [], output: { shape: [1, 1] } });
  expect(host).toEqual({
    ...withTopK.host,
    after: [{ op: 'Reshape', shape: [1] }],
    output: { ...withTopK.host.output, shape: [1] },
  });
});

test.each([
  [{ axis: 0 }, 'best (ArgMax) works along axis 0', 'use the last axis'],
  // ONNX's default axis.
  [{ keepdims: 0 }, 'best (ArgMax) works along axis 0', 'use the last axis'],
  [
    { axis: -1, select_last_index: 1 },
    'best (ArgMax) selects the last of equal values',
    'use select_last_index=0; the hardware takes the first',
  ],
])('ArgMax %j is refused', (attributes, message, hint) => {
  expect(() => lowered(attributes)).toThrow(new Refusal('lower/unsupported-op', message, hint));
});
