import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { annotateEstimates } from '../../../finn/estimate/annotate.ts';
import { estimate } from '../../../finn/estimate/reports.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { nodeOf } from '../../../finn/ops/index.ts';
import { describeNodes, golden, readJson } from '../network.ts';
import { convolution, convs } from '../ops/convs.ts';
import { goldenChain, goldenNodes } from './golden-chain.ts';

const part = 'xc7z020clg484-1';
const reports = [
  'estimate_layer_resources',
  'estimate_layer_config_alternatives',
  'estimate_layer_cycles',
  'estimate_network_performance',
] as const;

describe.each(['cnv-w2a2', 'mobilenetv1-w4a4'])('%s', (network) => {
  const nodes = goldenNodes(network);
  const graph = goldenChain(nodes);

  test.each([...reports, 'op_and_param_counts'] as const)('%s equals FINN’s', (report) => {
    expect(estimate(graph, part, 100)[report]).toEqual(readJson(join(golden, network, `${report}.json`)));
  });

  test('shapes, stream widths and datatypes are FINN’s', () => {
    const found = graph.nodes.map((node) => {
      const { op, view } = nodeOf(graph, node);
      return {
        name: node.name,
        output_datatype: op.inferDatatypes(view).datatypes![node.outputs[0]!],
        normal_input_shape: op.inputShape(view, 0),
        normal_output_shape: op.outputShape(view, 0),
        folded_input_shape: op.foldedInputShape(view, 0),
        folded_output_shape: op.foldedOutputShape(view, 0),
        instream_width: op.inputStreamWidth(view),
        outstream_width: op.outputStreamWidth(view),
      };
    });
    expect(found.map((shape, index) => ({ ...nodes[index], ...shape }))).toEqual(nodes);
  });

  test('the datatypes that FINN has inferred stay, as do its notes', () => {
    const inferred = graph.nodes.map((node) => {
      const { op, view } = nodeOf(graph, node);
      return { ...node, attributes: { ...node.attributes, ...op.inferDatatypes(view).attributes } };
    });
    expect(inferred).toEqual(graph.nodes);
    expect(annotateEstimates(graph)).toEqual(graph);
  });
});

test.each(reports)('cnv-w2a2 folded by FINN for 100 frames a second: %s equals FINN’s', (report) => {
  const folding = readJson(join(golden, 'cnv-fps100', 'auto_folding_config.json'));
  const folded = applyFolding(goldenChain(goldenNodes('cnv-w2a2')), folding);
  expect(estimate(folded, part, 100)[report]).toEqual(readJson(join(golden, 'cnv-fps100', `${report}.json`)));
});

describe.each(convs)('the random network %s', (name) => {
  const { graph, answer } = convolution(name);

  test.each(answer.foldings.map((kept, index) => ({ index, ...kept })))(
    'estimates and nodes equal FINN’s, folding $index',
    ({ folding, reports: expected, nodes }) => {
      const folded = minimiseBitWidths(applyFolding(graph, folding));
      expect(estimate(folded, answer.part, 100)).toEqual(expected);
      expect(describeNodes(annotateEstimates(folded)).map((node) => JSON.stringify(node))).toEqual(
        nodes.map((node) => JSON.stringify(node)),
      );
    },
  );

  test('minimisation before specialisation keeps FINN’s datatypes', () => {
    const found = minimiseBitWidths({
      ...graph,
      nodes: graph.nodes.map((node) => ({ ...node, opType: node.opType.replace(/_(hls|rtl)$/, '') })),
    });
    const { tensors, nodes } = answer.unspecialised;
    expect(found.nodes.map(({ attributes }) => attributes)).toEqual(nodes);
    expect(
      Object.fromEntries([...found.tensors].map(([tensor, { datatype }]) => [tensor, datatype])),
    ).toEqual(tensors);
  });
});
