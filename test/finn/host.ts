import type { HostModels } from '../../finn/host/host-part.ts';
import type { OnnxModel } from '../../onnx/model.ts';

/** A host part whose operations only move values and that has one output, as the golden files state it. */
export interface GoldenHost {
  readonly before: readonly object[];
  readonly after: readonly object[];
  readonly input: { readonly shape: readonly number[]; readonly datatype: string };
  readonly output: { readonly shape: readonly number[]; readonly datatype: string };
}

export function describeHost({ part, before, after }: HostModels): GoldenHost {
  const [output] = part.outputs;
  return {
    before: operations(before),
    after: operations(after),
    input: { shape: part.input.shape, datatype: part.input.datatype },
    output: { shape: output!.shape, datatype: output!.datatype },
  };
}

function operations({ graph }: OnnxModel): readonly object[] {
  return graph.nodes.map(({ opType, attributes, inputs }) => {
    const perm = attributes.get('perm');
    if (opType === 'Transpose' && perm?.type === 'ints') return { op: opType, perm: perm.value };
    const shape = graph.initializers.get(inputs[1] ?? '')?.values ?? [];
    return opType === 'Reshape' ? { op: opType, shape: Array.from(shape, Number) } : { op: opType };
  });
}
