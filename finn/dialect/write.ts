import type { OnnxAttribute, ValueInfo } from '../../onnx/model.ts';
import { modelPieces } from '../../onnx/write.ts';
import type { AttributeValue, HardwareGraph, Tensor } from '../graph.ts';
import { dialect, tensorOf } from '../graph.ts';
import { layoutText } from './layout.ts';
import { floatAttributes, textListAttributes } from './attributes.ts';
import { dialectKey } from './read.ts';
import { withTensorsByRole } from './tensor-names.ts';

/**
 * The dataflow ONNX file of a hardware graph, with the types that FINN+ 1.6.1 uses. Graphs that are equal except for the
 * names of their tensors have equal bytes.
 */
export function writeHardwareGraph(graph: HardwareGraph): Uint8Array {
  return Buffer.concat(hardwareGraphPieces(graph));
}

/** The same bytes piece by piece, for writing to a file without copying parameters. */
export function hardwareGraphPieces(given: HardwareGraph): readonly Uint8Array[] {
  const graph = withTensorsByRole(given);
  const labels = labelTensors(graph);
  const info = (name: string): ValueInfo => ({
    name,
    elementType: labels.has(name) ? 'int64' : 'float32',
    shape: tensorOf(graph, name).shape,
  });
  return modelPieces({
    opsets: new Map([
      ['', 13],
      ['qonnx.custom_op.general', 2],
    ]),
    metadata: new Map([[dialectKey, dialect]]),
    graph: {
      name: '',
      nodes: graph.nodes.map((node) => ({
        ...node,
        attributes: new Map(
          Object.entries(node.attributes).map(([name, value]) => [name, writeAttribute(name, value)]),
        ),
      })),
      initializers: new Map(
        [...graph.parameters].map(([name, values]) => [
          name,
          {
            elementType: 'float32',
            shape: tensorOf(graph, name).shape,
            values: withoutNegativeZeros(values),
          },
        ]),
      ),
      inputs: graph.inputs.map(info),
      outputs: graph.outputs.map(info),
      valueInfo: new Map([...graph.tensors.keys()].map((name) => [name, info(name)])),
      annotations: new Map([...graph.tensors].map(([name, tensor]) => [name, annotate(tensor)])),
    },
  });
}

/** Tensors that hold class indices are int64 in ONNX, as for the TopK that LabelSelect replaces. */
function labelTensors(graph: HardwareGraph): ReadonlySet<string> {
  return new Set(
    graph.nodes.filter((node) => node.opType.startsWith('LabelSelect')).flatMap((node) => node.outputs),
  );
}

/** Equal parameters have equal bytes; copied only if there are any, since they may be large. */
function withoutNegativeZeros(values: Float32Array): Float32Array {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  for (let index = 0; index < bits.length; index += 1)
    if (bits[index] === negativeZero) return values.map((value) => value + 0);
  return values;
}

/** Its bits as a float, as an int32. */
const negativeZero = -0x80000000;

function annotate({ datatype, layout }: Tensor): ReadonlyMap<string, string> {
  const annotation = new Map([['finn_datatype', datatype]]);
  if (layout) annotation.set('tensor_layout', layoutText(layout));
  return annotation;
}

function writeAttribute(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === 'string') return { type: 'string', value };
  if (typeof value === 'number') return { type: floatAttributes.has(name) ? 'float' : 'int', value };
  if (value.some((item) => typeof item === 'string') || (value.length === 0 && textListAttributes.has(name)))
    return { type: 'strings', value: value as readonly string[] };
  return { type: 'ints', value: value as readonly number[] };
}
