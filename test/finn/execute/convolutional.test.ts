import { describe, expect, test } from 'vitest';
import { prepare, run } from '../../../finn/execute/run.ts';
import { prepareWindows } from '../../../finn/execute/windows.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { digestOf } from '../network.ts';
import { convolution, convs } from '../ops/convs.ts';

describe.each(convs)('the random network %s', (name) => {
  const { graph, answer } = convolution(name);
  const executor = prepare(minimiseBitWidths(graph));
  const { shape } = graph.tensors.get(graph.inputs[0]!)!;

  test.each(answer.executions)('every node computes the same as in FINN', ({ input, nodes }) => {
    const found: string[] = [];
    run(executor, { shape, data: Int32Array.from(input) }, (_, { data }) => found.push(digestOf(data)));
    expect(found).toEqual(nodes);
  });
});

test.each([
  { channels: 1, dilation: 1 },
  { channels: 1, dilation: 2 },
  { channels: 60, dilation: 1 },
  { channels: 60, dilation: 2 },
])('windows of $channels channels, $dilation apart, are cut place by place', ({ channels, dilation }) => {
  const [height, width] = [5, 6];
  const image = Int32Array.from({ length: height * width * channels }, (_, index) => index);
  const windows = prepareWindows({
    input: [height, width],
    output: [3, 2],
    kernel: [2, 2],
    stride: [1, 3],
    dilation: [2, dilation],
    channels,
  })(image);
  const expected: number[] = [];
  for (const row of [0, 1, 2])
    for (const column of [0, 3])
      for (const down of [0, 2])
        for (const along of [0, dilation]) {
          const pixel = (row + down) * width + column + along;
          for (let channel = 0; channel < channels; channel += 1) expected.push(pixel * channels + channel);
        }

  expect([...windows]).toEqual(expected);
});
