import { datatype } from '../../datatype.ts';
import { mapConstant, scalar, scalarValue } from '../constant.ts';
import type { Affine, AveragePool, Constant, FloatNode, Trunc } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { GraphView } from '../graph-view.ts';
import type { Rule } from '../rewrite.ts';

/**
 * Merges the average of a window and the Trunc after it (for version 1, with a Mul by the window's size between them) into
 * a sum of integers without its lowest bits (FINN+ 1.6.1 `AvgPoolAndTruncToQuantAvgPool`).
 */
export const averagesToSums: Rule = (node, graph) => {
  if (node.op !== 'AveragePool') return null;
  const reader = graph.consumerOf(node);
  const factor = reader?.op === 'Mul' ? reader : null;
  const trunc = factor ? graph.consumerOf(factor) : reader;
  if (trunc?.op !== 'Trunc') return null;
  const size = squareSize(node);
  if (trunc.version === 1) checkFactor(node, trunc, factor, size * size);
  if (trunc.version === 2) {
    if (factor) return null;
    checkScales(trunc);
  }
  checkInputBits(trunc, size * size);
  return {
    insert: sumInPlaceOf(node, trunc, size, isSigned(node, graph)),
    remove: factor ? [factor, trunc] : [trunc],
  };
};

function checkFactor(node: AveragePool, trunc: Trunc, factor: Affine | null, places: number): void {
  // FINN usually drops the factor of 1 that it then requires.
  if (places === 1) throw unsupported(node, 'averages single pixels', 'leave out the average and its Trunc');
  if (factor?.constant.values.length === 1 && scalarValue(factor.constant) === places) return;
  throw unsupported(
    trunc,
    `has no factor of ${places} between average and truncation`,
    `multiply the average by the number of pixels, ${places}`,
  );
}

function checkInputBits(trunc: Trunc, places: number): void {
  if (sumBits(trunc.inputBits, places) === trunc.inputBits) return;
  throw unsupported(
    trunc,
    `truncates ${trunc.inputBits} bits, which no sum over ${places} pixels has`,
    'use the number of bits of the largest sum',
  );
}

function sumInPlaceOf(node: AveragePool, trunc: Trunc, size: number, signed: boolean): readonly FloatNode[] {
  const scale = trunc.version === 1 ? trunc.scale : mapConstant(trunc.scale, (value) => value * size * size);
  const { name } = trunc;
  const [descaled, integers] = [`${node.output}:descaled`, `${node.output}:integers`];
  return [
    { op: 'Div', name, inputs: node.inputs, output: descaled, constant: scale },
    {
      op: 'QuantAvgPool2d',
      name,
      inputs: [descaled],
      output: integers,
      window: node.window,
      channelsLast: false,
      inputBits: inputBitsOf(trunc.inputBits, size * size),
      outputBits: trunc.outputBits,
      signed,
    },
    { op: 'Mul', name, inputs: [integers], output: trunc.output, constant: sumScale(trunc) },
  ];
}

/** The bits of each integer in a sum of `bits` bits over `places`, as FINN calculates them. */
function inputBitsOf(bits: number, places: number): number {
  return Math.floor(Math.log2(2 ** bits / places));
}

/** The bits that FINN then expects of that sum. */
function sumBits(bits: number, places: number): number {
  const largest = (2 ** inputBitsOf(bits, places) - 1) * places;
  return largest < 1 ? 0 : Math.floor(Math.log2(largest)) + 1;
}

/** The scale of the sum; if the result has more bits than the sum, its lowest bits are zeros, which the sum has not. */
function sumScale({ version, outputScale, inputBits, outputBits }: Trunc): Constant {
  const missing = 2 ** Math.max(0, outputBits - inputBits);
  if (version === 1) return mapConstant(outputScale, (value) => value * missing);
  return { ...scalar(scalarValue(outputScale) * missing), shape: [1] };
}

function squareSize(node: AveragePool): number {
  const { kernel, stride, pads } = node.window;
  if (kernel[0] !== kernel[1] || stride[0] !== stride[1])
    throw unsupported(
      node,
      `averages ${kernel.join(' x ')} pixels every ${stride.join(' x ')}`,
      'FINN averages square windows with equal strides along both axes',
    );
  if (pads.some((size) => size > 0))
    throw unsupported(node, 'pads its image', 'FINN does not support padding for averages');
  return kernel[0];
}

function checkScales(trunc: Trunc): void {
  const { fround, log2 } = Math;
  const ratio = fround(scalarValue(trunc.outputScale) / scalarValue(trunc.scale));
  const bits = trunc.inputBits - trunc.outputBits;
  if (fround(log2(ratio)) !== bits)
    throw unsupported(
      trunc,
      `drops ${bits} bits, but changes the scale by ${ratio}`,
      `make the scale of the result ${2 ** bits} times that of the input`,
    );
}

/** Whether the averaged integers are signed; the nearest quantiser upstream decides. */
function isSigned(node: AveragePool, graph: GraphView): boolean {
  let tensor = node.inputs[0];
  for (;;) {
    const type = datatype(graph.datatypeOf(tensor));
    if (type.integer) return type.signed;
    const producer: FloatNode | undefined = graph.producerOf(tensor);
    if (producer?.op !== 'Mul' && producer?.op !== 'Add')
      throw unsupported(node, 'averages values that are not quantised', 'put a Quant before it');
    tensor = producer.inputs[0];
  }
}
