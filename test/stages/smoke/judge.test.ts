import { expect, test } from 'vitest';
import type { OnnxTensor } from '../../../onnx/model.ts';
import { judgeOf } from '../../../stages/smoke/judge.ts';
import { npy } from '../../rig/npy.ts';
import { projectWith } from '../../rig/project.ts';

const scores = { name: 'scores', shape: [1, 2], datatype: 'FLOAT32', meaning: 'values' } as const;
const box = { name: 'box', shape: [1, 4], datatype: 'INT8', meaning: 'values' } as const;
const jobWith = (expected: Uint8Array) => ({
  inDir: projectWith({ 'expected/expected.npy': expected }),
  fileNames: { expected: 'scores.npy' },
  params: { boards: [] },
});
const result = (...values: readonly number[]): readonly OnnxTensor[] => [
  { elementType: 'float32', shape: [1, 2], values: Float32Array.from(values) },
];

test('floats are judged within a tolerance, which the report states', async () => {
  const job = jobWith(npy('<f8', [2, 2], Float64Array.of(1, -10, 2, 3)));
  const judge = await judgeOf(job, [scores], 2);
  const near = judge([result(1.001, -10), result(2, 3.0005)]);
  expect(near.problem).toBeNull();
  expect(near.totals).toBe('2 of 2 as expected, largest difference 0.00100005');
  expect(near.report).toMatchObject({ asExpected: 2, tolerance: { relative: 1e-4, absolute: 1e-3 } });

  const far = judge([result(1, -10), result(2, 3.01)]);
  expect(far.problem?.message).toContain('the first is image 1 at [0, 1]: got 3.01, expected 3');
});

test('one array is no match for several outputs', async () => {
  const job = jobWith(npy('<f4', [1, 2], new Float32Array(2)));
  await expect(judgeOf(job, [scores, box], 1)).rejects.toThrow(
    expect.objectContaining({
      code: 'smoke/several-outputs',
      message:
        'expected (scores.npy) holds one array, but the network returns 2: scores: values of shape [1, 2] (FLOAT32), box: values of shape [1, 4] (INT8)',
    }),
  );
});

test('the table shows every output', async () => {
  const judge = await judgeOf({ ...jobWith(new Uint8Array()), inDir: '/nowhere' }, [scores, box], 1);
  const tensor: OnnxTensor = { elementType: 'int8', shape: [1, 4], values: Int8Array.of(1, 2, 3, 4) };
  expect(judge([[...result(0.5, 1), tensor]]).table).toEqual([
    'image  scores  box',
    '0      0.5, 1  1, 2, 3, 4',
  ]);
});
