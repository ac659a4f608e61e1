import { onnx } from 'onnx-proto';
import { canonical } from './canonical.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, ValueInfo } from './model.ts';
import { elementTypeNumber, writeTensor } from './tensor.ts';

/** IR version of ONNX 1.10: the newest whose fields the encoder knows. */
const irVersion = 8;

/** The bytes of a model in canonical form: equal models give equal bytes. */
export function writeModel(model: OnnxModel): Uint8Array {
  const { opsets, metadata, graph } = canonical(model);
  return onnx.ModelProto.encode({
    irVersion,
    opsetImport: [...opsets].map(([domain, version]) => ({ domain, version })),
    metadataProps: entries(metadata),
    graph: {
      name: graph.name,
      node: graph.nodes.map(writeNode),
      initializer: [...graph.initializers].map(([name, tensor]) => writeTensor(name, tensor)),
      input: graph.inputs.map(writeValueInfo),
      output: graph.outputs.map(writeValueInfo),
      valueInfo: [...graph.valueInfo.values()].map(writeValueInfo),
      quantizationAnnotation: [...graph.annotations].map(([tensorName, annotation]) => ({
        tensorName,
        quantParameterTensorNames: entries(annotation),
      })),
    },
  }).finish();
}

function writeNode(node: OnnxNode): onnx.INodeProto {
  return {
    name: node.name,
    opType: node.opType,
    ...(node.domain === '' ? {} : { domain: node.domain }),
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: [...node.attributes].map(([name, attribute]) => ({ name, ...writeAttribute(attribute) })),
  };
}

function writeAttribute(attribute: OnnxAttribute): onnx.IAttributeProto {
  const kinds = onnx.AttributeProto.AttributeType;
  switch (attribute.type) {
    case 'int':
      return { type: kinds.INT, i: attribute.value };
    case 'float':
      return { type: kinds.FLOAT, f: attribute.value };
    case 'string':
      return { type: kinds.STRING, s: text.encode(attribute.value) };
    case 'ints':
      return { type: kinds.INTS, ints: [...attribute.value] };
    case 'floats':
      return { type: kinds.FLOATS, floats: [...attribute.value] };
    case 'strings':
      return { type: kinds.STRINGS, strings: attribute.value.map((value) => text.encode(value)) };
    case 'tensor':
      return { type: kinds.TENSOR, t: writeTensor('', attribute.value) };
  }
}

const text = new TextEncoder();

function writeValueInfo(info: ValueInfo): onnx.IValueInfoProto {
  return {
    name: info.name,
    type: {
      tensorType: {
        elemType: elementTypeNumber(info.elementType),
        ...(info.shape && {
          shape: { dim: info.shape.map((size) => (size === null ? {} : { dimValue: size })) },
        }),
      },
    },
  };
}

function entries(map: ReadonlyMap<string, string>): onnx.IStringStringEntryProto[] {
  return [...map].map(([key, value]) => ({ key, value }));
}
