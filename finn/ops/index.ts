import { Refusal } from '../../base/refusal.ts';
import type { HardwareNode } from '../graph.ts';
import { convolutionInputGeneratorRtl } from './convolutioninputgenerator-rtl.ts';
import { convolutionInputGenerator } from './convolutioninputgenerator.ts';
import { duplicateStreams, duplicateStreamsHls } from './duplicatestreams.ts';
import {
  elementwiseAddHls,
  elementwiseMaxHls,
  elementwiseMulHls,
  elementwiseSubHls,
} from './elementwise-hls.ts';
import { elementwiseAdd, elementwiseMax, elementwiseMul, elementwiseSub } from './elementwise.ts';
import { fmPaddingPixel, fmPaddingPixelHls } from './fmpadding-pixel.ts';
import { fmPadding, fmPaddingRtl } from './fmpadding.ts';
import { globalAccPool, globalAccPoolHls } from './globalaccpool.ts';
import { labelSelect, labelSelectHls } from './labelselect.ts';
import { mvauHls } from './mvau-hls.ts';
import { mvauRtl } from './mvau-rtl.ts';
import { mvau } from './mvau.ts';
import type { Op } from './op.ts';
import { pool, poolHls } from './pool.ts';
import { reshape, reshapeRtl } from './reshape.ts';
import { streamingConcat, streamingConcatHls } from './streamingconcat.ts';
import { streamingSplit, streamingSplitHls } from './streamingsplit.ts';
import { thresholdingHls } from './thresholding-hls.ts';
import { thresholdingRtl } from './thresholding-rtl.ts';
import { thresholding } from './thresholding.ts';
import { upsampleNearestNeighbour, upsampleNearestNeighbourHls } from './upsamplenearestneighbour.ts';
import { vvauHls } from './vvau-hls.ts';
import { vvauRtl } from './vvau-rtl.ts';
import { vvau } from './vvau.ts';
import type { NodeGraph, NodeView } from './view.ts';
import { viewNode } from './view.ts';

/** Every supported op: layers before specialisation under their plain names, then the HLS and RTL implementations. */
export const ops: { readonly [opType: string]: Op } = {
  ConvolutionInputGenerator: convolutionInputGenerator,
  DuplicateStreams: duplicateStreams,
  ElementwiseAdd: elementwiseAdd,
  ElementwiseMax: elementwiseMax,
  ElementwiseMul: elementwiseMul,
  ElementwiseSub: elementwiseSub,
  FMPadding: fmPadding,
  FMPadding_Pixel: fmPaddingPixel,
  GlobalAccPool: globalAccPool,
  LabelSelect: labelSelect,
  MVAU: mvau,
  Pool: pool,
  Reshape: reshape,
  StreamingConcat: streamingConcat,
  StreamingSplit: streamingSplit,
  Thresholding: thresholding,
  UpsampleNearestNeighbour: upsampleNearestNeighbour,
  VVAU: vvau,
  ConvolutionInputGenerator_rtl: convolutionInputGeneratorRtl,
  DuplicateStreams_hls: duplicateStreamsHls,
  ElementwiseAdd_hls: elementwiseAddHls,
  ElementwiseMax_hls: elementwiseMaxHls,
  ElementwiseMul_hls: elementwiseMulHls,
  ElementwiseSub_hls: elementwiseSubHls,
  FMPadding_Pixel_hls: fmPaddingPixelHls,
  FMPadding_rtl: fmPaddingRtl,
  GlobalAccPool_hls: globalAccPoolHls,
  LabelSelect_hls: labelSelectHls,
  MVAU_hls: mvauHls,
  MVAU_rtl: mvauRtl,
  Pool_hls: poolHls,
  Reshape_rtl: reshapeRtl,
  StreamingConcat_hls: streamingConcatHls,
  StreamingSplit_hls: streamingSplitHls,
  Thresholding_hls: thresholdingHls,
  Thresholding_rtl: thresholdingRtl,
  UpsampleNearestNeighbour_hls: upsampleNearestNeighbourHls,
  VVAU_hls: vvauHls,
  VVAU_rtl: vvauRtl,
};

/** The op of a node; refuses unsupported op types. */
export function opOf(node: HardwareNode): Op {
  const op = Object.hasOwn(ops, node.opType) ? ops[node.opType] : undefined;
  if (op === undefined)
    throw new Refusal(
      'finn/unknown-op',
      `${node.name} is a ${node.opType}, which is not supported`,
      `known: ${Object.keys(ops).sort().join(', ')}`,
    );

  return op;
}

/** A node's op, and the view of the node that the op's rules take. */
export function nodeOf(graph: NodeGraph, node: HardwareNode): { readonly op: Op; readonly view: NodeView } {
  const op = opOf(node);
  return { op, view: viewNode(graph, node, op.attributes) };
}
