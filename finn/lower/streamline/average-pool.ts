import { datatype } from '../../datatype.ts';
import { mapConstant, scalar } from '../constant.ts';
import type { AveragePool, Constant, FloatNode, Trunc } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { GraphView, Rule } from '../rewrite.ts';

/**
 * The average of a window and the Trunc behind it, of which version 1 has a Mul by the window's size between, are the sum
 * of integers without its lowest bits (FINN+ 1.6.1 `AvgPoolAndTruncToQuantAvgPool`).
 */
export const averagesToSums: Rule = (node, graph) => {
  if (node.op !== 'AveragePool') return null;
  const reader = graph.consumerOf(node);
  const factor = reader?.op === 'Mul' ? reader : null;
  const trunc = factor ? graph.consumerOf(factor) : reader;
  if (trunc?.op !== 'Trunc') return null;
  const size = squareSize(node);
  const places = size * size;
  // FINN mostly drops the factor of 1 that it looks for.
  if (places === 1 && trunc.version === 1)
    throw unsupported(node, 'averages single places', 'leave it and its Trunc out');
  if (trunc.version === 1 && (factor?.constant.values.length !== 1 || factor.constant.values[0] !== places))
    throw unsupported(
      trunc,
      `has no factor of ${places} between average and truncation`,
      `multiply the average by the number of places, ${places}`,
    );
  if (trunc.version === 2) {
    if (factor) return null;
    checkScales(trunc);
  }
  if (sumBits(trunc.inputBits, places) !== trunc.inputBits)
    throw unsupported(
      trunc,
      `truncates ${trunc.inputBits} bits, which no sum over ${places} places has`,
      'state the bits that the largest sum has',
    );
  const scale = trunc.version === 1 ? trunc.scale : mapConstant(trunc.scale, (value) => value * size * size);
  const { name } = trunc;
  return {
    insert: [
      { op: 'Div', name, inputs: node.inputs, output: `${node.output}:descaled`, constant: scale },
      {
        op: 'QuantAvgPool2d',
        name,
        inputs: [`${node.output}:descaled`],
        output: `${node.output}:integers`,
        window: node.window,
        channelsLast: false,
        inputBits: inputBitsOf(trunc.inputBits, places),
        outputBits: trunc.outputBits,
        signed: isSigned(node, graph),
      },
      {
        op: 'Mul',
        name,
        inputs: [`${node.output}:integers`],
        output: trunc.output,
        constant: outputScale(trunc),
      },
    ],
    remove: factor ? [factor, trunc] : [trunc],
  };
};

/** The bits of integers of which so many make a sum of so many bits (FINN's reckoning). */
function inputBitsOf(bits: number, places: number): number {
  return Math.floor(Math.log2(2 ** bits / places));
}

/** What FINN takes for the bits of that sum. */
function sumBits(bits: number, places: number): number {
  const largest = (2 ** inputBitsOf(bits, places) - 1) * places;
  return largest < 1 ? 0 : Math.floor(Math.log2(largest)) + 1;
}

function outputScale({ version, outputScale: scale }: Trunc): Constant {
  return version === 1 ? scale : { ...scalar(scale.values[0]!), shape: [1] };
}

function squareSize(node: AveragePool): number {
  const { kernel, stride, pads } = node.window;
  if (kernel[0] !== kernel[1] || stride[0] !== stride[1])
    throw unsupported(
      node,
      `averages ${kernel.join(' x ')} places every ${stride.join(' x ')}`,
      'FINN averages squares, as far apart down as along',
    );
  if (pads.some((size) => size > 0))
    throw unsupported(node, 'pads its image', 'FINN averages without padding');
  return kernel[0];
}

function checkScales(trunc: Trunc): void {
  const { fround, log2 } = Math;
  const ratio = fround(trunc.outputScale.values[0]! / trunc.scale.values[0]!);
  const bits = trunc.inputBits - trunc.outputBits;
  if (fround(log2(ratio)) !== bits)
    throw unsupported(
      trunc,
      `cuts ${bits} bits off, but changes the scale by ${ratio}`,
      `let the scale of the result be ${2 ** bits} times that of the input`,
    );
}

/** Whether the integers that are averaged have a sign; they come from the next quantiser upstream. */
function isSigned(node: AveragePool, graph: GraphView): boolean {
  let tensor = node.inputs[0]!;
  for (;;) {
    const type = datatype(graph.datatypeOf(tensor));
    if (type.integer) return type.signed;
    const producer: FloatNode | undefined = graph.producerOf(tensor);
    if (producer?.op !== 'Mul' && producer?.op !== 'Add')
      throw unsupported(node, 'averages values that are not quantised', 'put a Quant in front of it');
    tensor = producer.inputs[0]!;
  }
}
