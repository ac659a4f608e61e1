import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { elementCount } from '../../../base/shape.ts';
import { annotateEstimates } from '../../../finn/estimate/annotate.ts';
import { estimate } from '../../../finn/estimate/reports.ts';
import { prepare, run } from '../../../finn/execute/run.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import { foldForRate } from '../../../finn/fold/auto.ts';
import { describeFolding } from '../../../finn/fold/describe.ts';
import type { Lowered } from '../../../finn/lower/lower.ts';
import { lower } from '../../../finn/lower/lower.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { readNpy } from '../../../finn/npy.ts';
import { readModel } from '../../../onnx/read.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import { runHost } from '../../../stages/shared/host.ts';
import type { GoldenHost } from '../host.ts';
import { describeHost } from '../host.ts';
import { describeNodes, digestOf, golden, readJson } from '../network.ts';

const part = 'xc7z020clg484-1';

/** With the rate at which FINN folded them. */
const networks = [
  ['resnet8-w4a4', 1000],
  ['mobilenetv2s-w4a4', 1000],
  ['resmlp-w4a4', 20000],
] as const;

const reports = [
  'estimate_layer_config_alternatives',
  'estimate_layer_cycles',
  'estimate_layer_resources',
  'estimate_network_performance',
  'op_and_param_counts',
] as const;

function loweredFrom(name: string): Lowered {
  const folder = join(golden, name);
  const { model } = tidy(readModel(readFileSync(join(folder, 'model.onnx'))));
  return lower(model, part, readJson(join(folder, 'specialize.json')));
}

describe.each(networks)('the residual network %s', (name, rate) => {
  const folder = join(golden, name);
  const { graph, host } = loweredFrom(name);
  const folded = minimiseBitWidths(applyFolding(graph, readJson(join(folder, 'folding.json'))));

  test('becomes the layers that FINN makes of it', () => {
    const theirs = readJson<readonly object[]>(join(folder, 'dataflow_nodes.json'));
    expect(describeNodes(annotateEstimates(folded)).map(inOrder)).toEqual(theirs.map(inOrder));
  });

  test.each(reports)('has FINN’s %s', (report) => {
    expect(estimate(folded, part, 100)[report]).toEqual(readJson(join(folder, `${report}.json`)));
  });

  test(`is folded for ${rate} images a second as by FINN`, () => {
    const theirs = readJson(join(folder, `auto-folding-${rate}.json`));
    const ours = describeFolding(foldForRate(loweredFrom(name).graph, rate, 100).graph, graph);
    expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
  });

  test('computes in every layer what FINN computes, and the classes of the original', () => {
    const { nodes } = readJson<{
      readonly nodes: { readonly [node: string]: { readonly sha256: readonly string[] } };
    }>(join(folder, 'activations.json'));
    const read = (file: string) => readNpy(readFileSync(join(folder, file)), { name: file });
    const [images, expected] = [read('images.npy'), read('expected.npy')];
    const { shape } = host.part.input;
    const size = elementCount(shape);
    const [ends, executor] = [runHost(host), prepare(folded)];
    const found: { [node: string]: string[] } = {};
    const classes = Array.from({ length: expected.values.length }, (_, index) => {
      const values = Float32Array.from(images.values.subarray(index * size, (index + 1) * size));
      const input = ends.toBoards({ elementType: 'float32', shape, values });
      const output = run(executor, input, (node, { data }) => (found[node.name] ??= []).push(digestOf(data)));
      return Number(ends.fromBoards(output)[0]!.values[0]);
    });
    expect(classes).toEqual([...expected.values]);
    expect(found).toEqual(
      Object.fromEntries(Object.entries(nodes).map(([layer, { sha256 }]) => [layer, sha256])),
    );
  });
});

interface Answer {
  readonly host: GoldenHost;
  readonly nodes: readonly object[];
}

const branches = join(golden, 'branches');
const small = readdirSync(branches)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.replace('.onnx', ''));

test.each(small)('%s is lowered as by FINN', (name) => {
  const { host, nodes } = readJson<Answer>(join(branches, `${name}.json`));
  const lowered = lower(readModel(readFileSync(join(branches, `${name}.onnx`))), part, null);
  expect(describeNodes(lowered.graph).map(inOrder)).toEqual(nodes.map(inOrder));
  expect(describeHost(lowered.host)).toEqual(host);
});

/** As text, so that the order of attributes counts. */
function inOrder(node: object): string {
  return JSON.stringify(node, null, 1);
}
