import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { annotateEstimates } from '../../../finn/estimate/annotate.ts';
import { estimate } from '../../../finn/estimate/reports.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import type { GoldenMlp } from '../network.ts';
import { describeNodes, examples, golden, mlps, readGraph, readJson, unfoldedTfc } from '../network.ts';

const part = 'xc7z020clg484-1';

describe.each([
  ['tfc-w2a2', join(examples, 'tfc-w2a2', 'folding.json')],
  ['tfc-fps1e5', join(golden, 'tfc-fps1e5', 'auto_folding_config.json')],
])('%s', (name, folding) => {
  const folded = minimiseBitWidths(applyFolding(unfoldedTfc(), readJson(folding)));
  const reports = Object.entries(estimate(folded, part, 100));
  const kept = reports.filter(([report]) => existsSync(join(golden, name, `${report}.json`)));

  test.each(kept)('%s equals FINN’s', (report, found) => {
    expect(found).toEqual(readJson(join(golden, name, `${report}.json`)));
  });
});

test('every node of the folded example is FINN’s, attributes in FINN’s order', () => {
  const folding = readJson(join(examples, 'tfc-w2a2', 'folding.json'));
  const found = describeNodes(annotateEstimates(minimiseBitWidths(applyFolding(unfoldedTfc(), folding))));
  const expected = readJson<readonly object[]>(join(golden, 'tfc-w2a2', 'dataflow_nodes.json'));
  expect(found.map((node) => JSON.stringify(node))).toEqual(expected.map((node) => JSON.stringify(node)));
});

describe.each(mlps)('the network %s', (name) => {
  const graph = readGraph(join(golden, 'mlps', `${name}.onnx`));
  const { foldings } = readJson<GoldenMlp>(join(golden, 'mlps', `${name}.json`));

  test.each(foldings.map((kept, index) => ({ index, ...kept })))(
    'estimates and nodes equal FINN’s, folding $index',
    ({ folding, reports, nodes }) => {
      const folded = minimiseBitWidths(applyFolding(graph, folding));
      expect(estimate(folded, part, 100)).toEqual(reports);
      expect(describeNodes(annotateEstimates(folded)).map((node) => JSON.stringify(node))).toEqual(
        nodes.map((node) => JSON.stringify(node)),
      );
    },
  );
});
