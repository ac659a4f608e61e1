import { readFileSync } from 'node:fs';
import type { ElementType, OnnxAttribute, OnnxModel, OnnxTensor } from '../../../onnx/model.ts';
import { filled } from '../../../qonnx/operators/values.ts';

/** A tensor in a recorded file; large integers, infinities and NaN are texts. */
interface RecordedTensor {
  readonly elementType: ElementType;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

type RecordedAttribute =
  | Exclude<OnnxAttribute, { readonly type: 'tensor' }>
  | { readonly type: 'tensor'; readonly value: RecordedTensor };

/** What onnxruntime or qonnx computed for a node; `test/golden/qonnx/record.py` wrote it. */
export interface Recorded {
  readonly op: string;
  readonly domain: string;
  readonly opset: number;
  readonly attributes: { readonly [name: string]: RecordedAttribute };
  readonly inputs: readonly (RecordedTensor | null)[];
  readonly outputNames: readonly string[];
  readonly outputs: readonly RecordedTensor[];
}

const file = new URL('../../golden/qonnx/operators.json', import.meta.url);

export const recorded = (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Recorded[] })
  .cases;

export function tensorOf({ elementType, shape, values }: RecordedTensor): OnnxTensor {
  return {
    elementType,
    shape,
    values:
      elementType === 'int64'
        ? BigInt64Array.from(values, BigInt)
        : filled(elementType, values.length, (index) => Number(values[index])),
  };
}

/** The inputs of a recorded node by name. */
export function inputsOf({ inputs }: Recorded): ReadonlyMap<string, OnnxTensor> {
  return new Map(inputs.flatMap((tensor, at) => (tensor ? [[`i${at}`, tensorOf(tensor)] as const] : [])));
}

/** A model of this node alone. */
export function modelOf({
  op,
  domain,
  opset,
  attributes,
  inputs,
  outputNames,
  outputs,
}: Recorded): OnnxModel {
  const made = outputNames.filter((name) => name !== '');
  return {
    opsets: new Map([[domain, opset]]),
    metadata: new Map(),
    graph: {
      name: 'graph',
      nodes: [
        {
          name: 'node',
          opType: op,
          domain,
          inputs: inputs.map((tensor, at) => (tensor ? `i${at}` : '')),
          outputs: outputNames,
          attributes: new Map(Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)])),
        },
      ],
      initializers: new Map(),
      inputs: inputs.flatMap((tensor, at) =>
        tensor ? [{ name: `i${at}`, elementType: tensor.elementType, shape: tensor.shape }] : [],
      ),
      outputs: made.map((name, at) => ({ name, elementType: outputs[at]!.elementType, shape: null })),
      valueInfo: new Map(),
      annotations: new Map(),
    },
  };
}

function attributeOf(attribute: RecordedAttribute): OnnxAttribute {
  return attribute.type === 'tensor' ? { type: 'tensor', value: tensorOf(attribute.value) } : attribute;
}
