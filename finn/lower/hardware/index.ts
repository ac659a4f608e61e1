import { defined } from '../../../base/defined.ts';
import { datatype } from '../../datatype.ts';
import type { Refusal } from '../../../base/refusal.ts';
import type {
  AveragePool,
  Constant,
  FloatGraph,
  FloatNode,
  GlobalAveragePool,
  Relu,
  TopK,
  Trunc,
} from '../float-graph.ts';
import { constantOf } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import { rewrite, viewOf } from '../rewrite.ts';
import type { Route } from '../route.ts';
import { finnNames } from '../streamline/names.ts';
import { absorbOpposite } from '../streamline/transposes.ts';
import { nodesBehind } from './behind.ts';
import { channelsToEnd } from './channels.ts';
import { constantArithmetic, sumOfStreams } from './elementwise.ts';
import { concatOfStreams } from './concat.ts';
import { duplicateStreams } from './forks.ts';
import { globalAccPool } from './global-acc-pool.ts';
import { splitOfStream } from './split.ts';
import { upsample } from './upsample.ts';
import { hostArithmetic, hostReshape, hostTopK, hostTranspose, permutationOf } from './host.ts';
import { labelSelect } from './label-select.ts';
import type { Context, Layer } from './layer.ts';
import { layerTensor } from './layer.ts';
import { withLayouts } from './layer-layouts.ts';
import { leftOver } from './left-over.ts';
import { matrixVectorUnit } from './matmul.ts';
import type { Partition } from './partition.ts';
import { partition } from './partition.ts';
import { removeFlattens, reshapesInStream } from './reshape.ts';
import { thresholding } from './threshold.ts';
import { thresholdsInside } from './unit.ts';
import { vectorVectorUnit } from './vector-vector.ts';
import { pool, windows } from './windows.ts';

/**
 * Makes hardware layers, before specialisation and with thresholds not yet rounded (FINN+ 1.6.1 `step_convert_to_hw`,
 * or `step_mobilenet_convert_to_hw_layers_separate_th`, and `step_create_dataflow_partition`). Refuses remaining float
 * arithmetic. `isQuantisedByHost` says whether the input is what a quantiser on the host makes.
 */
export function toHardware(streamlined: FloatGraph, route: Route, isQuantisedByHost: boolean): Partition {
  if (route.preset === 'mobilenet') refuseBranches(streamlined);
  const channelsLast = rewrite(streamlined, channelsToEnd(route));
  const graph = route.preset === 'mobilenet' ? channelsLast : rewrite(channelsLast, absorbOpposite);
  const view = viewOf(graph);
  const names = new Map(
    [...finnNames(streamlined.nodes)].map(([node, name]) => [constantOf(node), `${name}_param0`]),
  );
  const parameterName = (constant: Constant): string =>
    defined(names.get(constant), 'every constant of a streamlined network has a name');
  const context: Context = { graph: view, route, parameterName };
  const input = layerTensor(view.input, context);
  const layers = layersOf(graph, context);
  if (route.preset === 'mobilenet') return partition(layers, input);
  const flat = removeFlattens(duplicateStreams(layers, input), input, isQuantisedByHost);
  return partition(reshapesInStream(withoutTransposes(withLayouts(flat, input)), input), input);
}

function layersOf(graph: FloatGraph, context: Context): readonly Layer[] {
  const inside = new Set<FloatNode>();
  const behind = nodesBehind(graph);
  return graph.nodes.flatMap((node) => {
    if (inside.has(node)) return [];
    if (node.op === 'MatMul' || node.op === 'XnorPopcountMatMul' || node.op === 'DepthwiseMatMul') {
      const thresholds = thresholdsInside(node, context.graph, context.route);
      if (thresholds) inside.add(thresholds);
    }
    return layersFor(node, behind.has(node), context);
  });
}

/** `isBehind` says whether no layer follows, so that the host can run the node. */
function layersFor(node: FloatNode, isBehind: boolean, context: Context): readonly Layer[] {
  switch (node.op) {
    case 'MatMul':
    case 'XnorPopcountMatMul':
      return [matrixVectorUnit(node, context)];
    case 'DepthwiseMatMul':
      return [vectorVectorUnit(node, context)];
    case 'MultiThreshold':
      return [thresholding(node, context)];
    case 'Im2Col':
      return windows(node, context);
    case 'MaxPool':
    case 'QuantAvgPool2d':
      return pool(node, context);
    case 'TopK':
      return [chosenOnHost(node, isBehind, context) ? hostTopK(node, context) : labelSelect(node, context)];
    case 'Reshape':
    case 'Flatten':
      return [hostReshape(node, context)];
    case 'Transpose':
      return [hostTranspose(node, context)];
    case 'Sum':
      return [sumOfStreams(node, context)];
    case 'Mul':
    case 'Add':
    case 'Div':
    case 'Sub': {
      const layer = constantArithmetic(node, context);
      if (layer) return [layer];
      if (isBehind) return [hostArithmetic(node, context)];
      throw leftOver(node, context.graph);
    }
    case 'GlobalAccPool':
      return [globalAccPool(node, context)];
    case 'Upsample':
      return [upsample(node, context)];
    case 'Concat':
      return [concatOfStreams(node, context)];
    case 'Split':
      return [splitOfStream(node, context)];
    case 'Relu':
    case 'AveragePool':
    case 'Trunc':
    case 'GlobalAveragePool':
      throw unpaired(node);
    case 'Conv':
    case 'BatchNormalization':
    case 'Quant':
    case 'BipolarQuant':
      throw new Error(`${node.name} (${node.op}) was not streamlined`);
  }
}

/** Whether the scores of classes are the result of float arithmetic. */
function chosenOnHost({ inputs: [scores] }: TopK, isBehind: boolean, { graph }: Context): boolean {
  return isBehind && !datatype(graph.datatypeOf(scores)).integer && graph.producerOf(scores) !== undefined;
}

/** The refusal of a node that can become hardware only together with another one. */
function unpaired(node: Relu | AveragePool | Trunc | GlobalAveragePool): Refusal {
  switch (node.op) {
    case 'Relu':
      return unsupported(node, 'has no quantiser after it', 'put an unsigned Quant directly after it');
    case 'AveragePool':
      return unsupported(
        node,
        'has no Trunc after it',
        'put a QONNX Trunc (Brevitas TruncAvgPool2d) after it; without one FINN does not average in integers',
      );
    case 'Trunc':
      return unsupported(node, 'has no AveragePool before it', 'truncate only averages');
    case 'GlobalAveragePool':
      return unsupported(
        node,
        'divides in floating point',
        'use an AveragePool of the whole image with a Trunc after it',
      );
  }
}

/** The steps of the preset mobilenet make no layers for branches. */
function refuseBranches({ nodes }: FloatGraph): void {
  const readers = new Map<string, FloatNode>();
  for (const node of nodes)
    for (const input of node.inputs) {
      const other = readers.get(input);
      if (other !== undefined)
        throw unsupported(
          node,
          `reads what ${other.name} reads`,
          'the preset mobilenet does not support branches; use the preset default',
        );
      readers.set(input, node);
    }
}

/**
 * Except for the very first one, FINN makes layers of transposes that reorder whole images; these are not supported here.
 * Those behind the last layer are for the host.
 */
function withoutTransposes(layers: readonly Layer[]): readonly Layer[] {
  const behind = layers.findLastIndex(({ host }) => host === null);
  const shuffled = layers.find((layer, index) => index > 0 && index < behind && permutationOf(layer));
  if (!shuffled) return layers;
  throw unsupported(
    { name: shuffled.name, op: shuffled.opType },
    'transposes an image in the middle of the network',
    'let a quantised layer follow the input before the network branches, put a BatchNorm of images in front of their Flatten, and leave the order of axes as it is',
  );
}
