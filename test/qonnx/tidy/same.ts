import { expect } from 'vitest';
import type { OnnxModel, OnnxTensor } from '../../../onnx/model.ts';
import { runNetwork } from '../../../qonnx/execute.ts';
import { prepareNetwork } from '../../../qonnx/network.ts';
import type { Tidied } from '../../../qonnx/tidy/index.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import { checkGraph } from '../../../onnx/validate.ts';

/**
 * Tidies a model and checks what holds for each: the same values for the given `x`, shapes everywhere as they come out, a
 * consistent graph, and nothing left to tidy.
 */
export function tidied(model: OnnxModel, ...inputs: readonly OnnxTensor[]): Tidied {
  const result = tidy(model);
  const { graph } = result.model;
  checkGraph(graph);
  for (const x of inputs) {
    const before = outputsOf(model, x);
    const after = runNetwork(prepareNetwork(result.model), new Map([['x', x]]), (node, outputs) => {
      for (const [index, output] of outputs.entries()) {
        const name = node.outputs[index]!;
        const { elementType, shape } = output;
        expect([...graph.outputs, ...graph.valueInfo.values()]).toContainEqual({ name, elementType, shape });
      }
      return undefined;
    });
    expect([...after]).toEqual(before);
  }
  expect(tidy(result.model)).toEqual({ model: result.model, dropped: [] });
  return result;
}

/** The operators of a model in their order. */
export function operatorsOf({ model }: Tidied): readonly string[] {
  return model.graph.nodes.map(({ opType }) => opType);
}

function outputsOf(model: OnnxModel, x: OnnxTensor): readonly (readonly [string, OnnxTensor])[] {
  return [...runNetwork(prepareNetwork(model), new Map([['x', x]]))];
}
