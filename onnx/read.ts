import { onnx } from 'onnx-proto';
import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, ValueInfo } from './model.ts';
import { Refusal } from '../base/refusal.ts';
import type { FilesBeside } from './external.ts';
import { sortedNodes } from './sort.ts';
import { elementTypeOf, readTensor, wholeNumber } from './tensor.ts';
import { checkGraph } from './validate.ts';
import { checkWire } from './wire.ts';

/**
 * Reads an ONNX file that holds one plain graph of tensors and sorts its nodes; refuses anything else and any damage. Values
 * may be in files beside it, which `beside` reads; by default there are none.
 */
export function readModel(bytes: Uint8Array, beside: FilesBeside = () => null): OnnxModel {
  checkWire(bytes);
  const proto = onnx.ModelProto.decode(bytes);
  if (!proto.graph)
    throw new Refusal('onnx/no-graph', 'the ONNX file holds no graph', 'is it an ONNX model?');
  const opsets = new Map(
    proto.opsetImport.map((entry) => [
      entry.domain === 'ai.onnx' ? '' : (entry.domain ?? ''),
      wholeNumber(entry.version ?? 0, 'an opset version'),
    ]),
  );
  if (opsets.size === 0)
    throw new Refusal(
      'onnx/no-opset',
      'the ONNX file states no opset version',
      'the file is damaged or not ONNX',
    );
  const unsorted = readGraph(proto.graph, beside);
  checkOpsets(unsorted, opsets);
  const graph = { ...unsorted, nodes: sortedNodes(unsorted) };
  checkGraph(graph);
  return { opsets, metadata: entries(proto.metadataProps), graph };
}

/**
 * A file without the version of ONNX's own operators was cut short. QONNX loses the version of its own operators when it
 * merges models (to add preprocessing, for example), and then assumes the first; FINN omits those of its hardware operators.
 */
function checkOpsets(graph: OnnxGraph, opsets: ReadonlyMap<string, number>): void {
  const node = opsets.has('') ? undefined : graph.nodes.find(({ domain }) => domain === '');
  if (node === undefined) return;
  throw new Refusal(
    'onnx/no-opset',
    `node ${node.name || node.opType} is an operator of ONNX, but the file states no version of ONNX`,
    'the file was cut short or assembled incorrectly; export it again',
  );
}

function readGraph(proto: onnx.IGraphProto, beside: FilesBeside): OnnxGraph {
  const initializers = new Map(
    unique(proto.initializer ?? [], (tensor) => tensor.name ?? '', 'initializer').map(([name, tensor]) => [
      name,
      readTensor(tensor, `initializer ${name}`, beside),
    ]),
  );
  const values = (list: readonly onnx.IValueInfoProto[] | null | undefined): ValueInfo[] =>
    unique(list ?? [], (info) => info.name ?? '', 'value').map(([, info]) => readValueInfo(info));
  return {
    name: proto.name ?? '',
    nodes: (proto.node ?? []).map((node) => readNode(node, beside)),
    initializers,
    inputs: values(proto.input).filter((info) => !initializers.has(info.name)),
    outputs: values(proto.output),
    valueInfo: new Map(values(proto.valueInfo).map((info) => [info.name, info])),
    annotations: new Map(
      (proto.quantizationAnnotation ?? []).map((annotation) => [
        annotation.tensorName ?? '',
        entries(annotation.quantParameterTensorNames),
      ]),
    ),
  };
}

function readNode(proto: onnx.INodeProto, beside: FilesBeside): OnnxNode {
  const opType = proto.opType ?? '';
  const where = `node ${proto.name || opType}`;
  if (opType === '') throw new Refusal('onnx/corrupt', `${where} has no operator`, 'the file is damaged');
  return {
    name: proto.name ?? '',
    opType,
    domain: proto.domain === 'ai.onnx' ? '' : (proto.domain ?? ''),
    inputs: proto.input ?? [],
    outputs: proto.output ?? [],
    attributes: new Map(
      unique(proto.attribute ?? [], (attribute) => attribute.name ?? '', `${where}: attribute`).map(
        ([name, attribute]) => [name, readAttribute(attribute, `${where}: attribute ${name}`, beside)],
      ),
    ),
  };
}

function readAttribute(proto: onnx.IAttributeProto, where: string, beside: FilesBeside): OnnxAttribute {
  const kinds = onnx.AttributeProto.AttributeType;
  switch (proto.type) {
    case kinds.INT:
      return { type: 'int', value: wholeNumber(proto.i ?? 0, where) };
    case kinds.FLOAT:
      return { type: 'float', value: proto.f ?? 0 };
    case kinds.STRING:
      return { type: 'string', value: decodeText(proto.s ?? new Uint8Array(), where) };
    case kinds.INTS:
      return { type: 'ints', value: (proto.ints ?? []).map((value) => wholeNumber(value, where)) };
    case kinds.FLOATS:
      return { type: 'floats', value: proto.floats ?? [] };
    case kinds.STRINGS:
      return { type: 'strings', value: (proto.strings ?? []).map((value) => decodeText(value, where)) };
    case kinds.TENSOR:
      return { type: 'tensor', value: readTensor(proto.t ?? {}, where, beside) };
    default:
      throw new Refusal(
        'onnx/unsupported-attribute',
        `${where} is of type ${proto.type ?? 0}, which is not supported`,
      );
  }
}

function readValueInfo(proto: onnx.IValueInfoProto): ValueInfo {
  const name = proto.name ?? '';
  const tensor = proto.type?.tensorType;
  if (!tensor) throw new Refusal('onnx/unsupported-type', `${name} is not a tensor`);
  const dimensions = tensor.shape?.dim;
  return {
    name,
    elementType: elementTypeOf(tensor.elemType ?? 0, name),
    shape: tensor.shape ? (dimensions ?? []).map((dimension) => readDimension(dimension, name)) : null,
  };
}

function readDimension(dimension: onnx.TensorShapeProto.IDimension, name: string): number | null {
  if (!Object.hasOwn(dimension, 'dimValue')) return null;
  const size = wholeNumber(dimension.dimValue ?? 0, `a dimension of ${name}`);
  if (size < 0)
    throw new Refusal('onnx/corrupt', `${name} has a dimension of ${size}`, 'the file is damaged');
  return size;
}

function entries(list: readonly onnx.IStringStringEntryProto[] | null | undefined): Map<string, string> {
  return new Map((list ?? []).map((entry) => [entry.key ?? '', entry.value ?? '']));
}

const text = new TextDecoder('utf-8', { fatal: true });

function decodeText(bytes: Uint8Array, where: string): string {
  try {
    return text.decode(bytes);
  } catch {
    throw new Refusal('onnx/corrupt', `${where} is not UTF-8 text`, 'the file is damaged');
  }
}

function unique<Item>(list: readonly Item[], nameOf: (item: Item) => string, what: string): [string, Item][] {
  const seen = new Set<string>();
  return list.map((item) => {
    const name = nameOf(item);
    if (seen.has(name))
      throw new Refusal('onnx/corrupt', `${what} ${name} occurs twice`, 'the file is damaged');
    seen.add(name);
    return [name, item];
  });
}
