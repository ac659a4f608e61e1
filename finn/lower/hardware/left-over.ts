import type { Refusal } from '../../../base/refusal.ts';
import { isScalar } from '../constant.ts';
import type { Affine, FloatNode } from '../float-graph.ts';
import { isAffine } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { GraphView } from '../graph-view.ts';

/**
 * The refusal for float arithmetic that no pass could move into thresholds; it names the node that causes it. FINN would
 * make floating-point layers of it.
 */
export function leftOver(first: Affine, graph: GraphView): Refusal {
  let last = first;
  let perChannel: Affine | null = null;
  let next: FloatNode | undefined = first;
  while (next && isAffine(next)) {
    if (!isScalar(next.constant)) perChannel ??= next;
    last = next;
    next = graph.consumerOf(next);
  }
  const culprit = perChannel ?? last;
  const what = perChannel ? 'a value per channel' : 'one value';
  const forks = graph.readersOf(last.output).length > 1;
  return unsupported(
    culprit,
    `remains as arithmetic with ${what}, ${forks ? 'where the network branches' : placeOf(next)}`,
    normalisesInput(first, culprit, graph)
      ? 'put a quantiser behind it, in front of the first layer'
      : forks
        ? 'quantise with scale 1 where the network branches'
        : remedy(culprit, next),
  );
}

/** Whether it is in front of all layers, and not the scale of a quantiser on the host. */
function normalisesInput(first: Affine, culprit: Affine, graph: GraphView): boolean {
  return followsInput(first, graph) && (culprit.op === 'Add' || !isScalar(culprit.constant));
}

/** Whether only other arithmetic is between a node and the network's input. */
function followsInput({ inputs }: Affine, graph: GraphView): boolean {
  const producer = graph.producerOf(inputs[0]);
  return producer === undefined || (isAffine(producer) && followsInput(producer, graph));
}

function placeOf(reader: FloatNode | undefined): string {
  return reader ? `before ${reader.name} (${reader.op})` : 'at the end of the network';
}

function remedy(culprit: Affine, reader: FloatNode | undefined): string {
  if (culprit.constant.datatype === 'BIPOLAR')
    return 'the weights can absorb negative factors if they are quantised with narrow range';
  switch (reader?.op) {
    case 'TopK':
      return 'here only a single value for all channels can be dropped (a factor only if positive); leave out the per-channel bias or scale of the last layer';
    case 'MatMul':
    case 'XnorPopcountMatMul':
    case 'DepthwiseMatMul':
    case 'Im2Col':
    case 'Transpose':
      return 'quantise with one scale for the whole tensor; the preset mobilenet allows one per channel before a depthwise convolution';
    case 'QuantAvgPool2d':
      return 'let the average keep the scale of the quantiser before it';
    case 'Sum':
      return 'quantise both branches by one shared quantiser before the Add';
    case 'AveragePool':
      return "let a Trunc follow the average (Brevitas: TruncAvgPool2d with float_to_int_impl_type='floor' behind a quantiser that returns a QuantTensor), or average the whole image";
    case undefined:
      return 'end the network in a TopK, or in a quantiser with scale 1';
    default:
      return 'only arithmetic directly before a quantiser becomes part of its thresholds';
  }
}
