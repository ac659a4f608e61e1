import { expect, test } from 'vitest';
import { runNetwork } from '../../../qonnx/execute.ts';
import { prepareNetwork } from '../../../qonnx/network.ts';
import { operatorNames } from '../../../qonnx/operators/index.ts';
import { inputsOf, modelOf, recorded, tensorOf } from './recorded.ts';

const labelled = recorded.map(
  (each, at) => [`${at}: ${each.op} of ${each.domain || 'ONNX'} ${each.opset}`, each] as const,
);

test.each(labelled)('%s gives what was recorded', (_, each) => {
  const results = [...runNetwork(prepareNetwork(modelOf(each)), inputsOf(each)).values()];
  expect(results).toHaveLength(each.outputs.length);
  for (const [at, result] of results.entries()) {
    const expected = tensorOf(each.outputs[at]!);
    expect([result.elementType, result.shape]).toEqual([expected.elementType, expected.shape]);
    expect(result.values.constructor).toBe(expected.values.constructor);
    const isFloat = result.elementType.startsWith('float');
    for (const [index, value] of [...expected.values].entries()) {
      const actual = result.values[index]!;
      if (!isFloat || typeof value === 'bigint') expect(actual, `at ${index}`).toBe(value);
      // Recorded with 8 digits, computed by others in float32.
      else
        expect(Math.abs(Number(actual) - value), `at ${index}: ${actual} for ${value}`).toBeLessThanOrEqual(
          2e-6 * Math.max(1, Math.abs(value)),
        );
    }
  }
});

test('every operator was recorded', () => {
  expect([...new Set(recorded.map(({ op }) => op))].sort()).toEqual(operatorNames);
});
