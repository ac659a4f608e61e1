import { onnx } from 'onnx-proto';
import { canonical } from './canonical.ts';
import { Writer } from 'protobufjs';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, ValueInfo } from './model.ts';
import { elementTypeNumber, rawBytes, tensorHeader } from './tensor.ts';

/** IR version of ONNX 1.10, the newest whose fields the encoder supports. */
const irVersion = 8;

/** The bytes of a model in canonical form: equal models give equal bytes. */
export function writeModel(model: OnnxModel): Uint8Array {
  return Buffer.concat(modelPieces(model));
}

/**
 * The bytes of a model piece by piece. The values of tensors are separate pieces and are not copied, so that a large model
 * can be written to a file without being in memory twice.
 */
export function modelPieces(model: OnnxModel): readonly Uint8Array[] {
  const { opsets, metadata, graph } = canonical(model);
  const inside = [
    onnx.GraphProto.encode({ node: graph.nodes.map(writeNode), name: graph.name }).finish(),
    ...[...graph.initializers].flatMap(([name, tensor]) => nested(5, tensorPieces(name, tensor))),
    onnx.GraphProto.encode({
      input: graph.inputs.map(writeValueInfo),
      output: graph.outputs.map(writeValueInfo),
      valueInfo: [...graph.valueInfo.values()].map(writeValueInfo),
      quantizationAnnotation: [...graph.annotations].map(([tensorName, annotation]) => ({
        tensorName,
        quantParameterTensorNames: entries(annotation),
      })),
    }).finish(),
  ];
  return [
    onnx.ModelProto.encode({ irVersion }).finish(),
    ...nested(7, inside),
    onnx.ModelProto.encode({
      opsetImport: [...opsets].map(([domain, version]) => ({ domain, version })),
      metadataProps: entries(metadata),
    }).finish(),
  ];
}

function tensorPieces(name: string, tensor: OnnxTensor): readonly Uint8Array[] {
  return [onnx.TensorProto.encode(tensorHeader(name, tensor)).finish(), ...nested(9, [rawBytes(tensor)])];
}

/** Pieces as one length-delimited field of a protobuf message. */
function nested(field: number, pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [
    Writer.create()
      .uint32(field * 8 + 2)
      .uint32(length)
      .finish(),
    ...pieces,
  ];
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
      return {
        type: kinds.TENSOR,
        t: { ...tensorHeader('', attribute.value), rawData: rawBytes(attribute.value) },
      };
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
