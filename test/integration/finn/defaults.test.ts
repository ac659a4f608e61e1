import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../base/json.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { defaultOf } from '../../../finn/fold/defaults.ts';
import { inNormalForm } from '../../../finn/fold/normal-form.ts';
import type { AttributeValue, HardwareGraph, HardwareNode } from '../../../finn/graph.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { nodeOf, opOf, ops } from '../../../finn/ops/index.ts';
import { foldGraph } from '../../../stages/finn/estimate/fold-graph.ts';
import { readJson } from '../../finn/network.ts';
import { convolution, convs } from '../../finn/ops/convs.ts';
import { counterpart } from '../rig/counterparts.ts';
import { finnOfSuite } from '../rig/finn/suite.ts';
import { clockMHz, convolutionalNetworks, vectorNetworks, written } from '../rig/networks/unfolded.ts';
import { tfc, tfcJobs, tfcSubmodels } from '../rig/tfc-jobs.ts';
import { filesOf } from '../rig/workshop.ts';

/** What FINN generates for a layer. */
interface Generated {
  /** How many files there are without any of the defaults. */
  readonly files: number;
  /** Those that differ if the same is generated again. */
  readonly again: readonly string[];
  readonly defaults: {
    readonly [attribute: string]: {
      /** According to FINN. */
      readonly default: AttributeValue;
      /** The files that differ if it is written. */
      readonly differing: readonly string[];
    };
  };
  /** The files that differ with another parallelism. */
  readonly other: readonly string[];
}

/** Has a family of parts for which FINN builds every implementation. */
const part = 'xcvc1902-vsva2197-2MP-e-S';

const networks: readonly (readonly [string, () => HardwareGraph])[] = [
  ...convs.map((name) => [name, () => convolution(name).graph] as const),
  ...vectorNetworks,
  ...convolutionalNetworks,
];

counterpart('finn', (python) => {
  const { directory, ask, tell } = finnOfSuite();

  test('FINN generates the same files for a layer whether a default is written or not', async () => {
    const counts = { layers: 0, attributes: 0, files: 0 };
    const waiting = new Set(Object.keys(ops).filter((opType) => /_(hls|rtl)$/.test(opType)));
    for (const [name, read] of networks) {
      if (waiting.size === 0) break;
      const graph = minimiseBitWidths(read());
      const layers = graph.nodes.flatMap((node) => {
        const other = otherParallelism(graph, node);
        return other !== null && waiting.delete(node.opType) ? [{ node, other }] : [];
      });
      const found = await ask<readonly Generated[]>({
        do: 'generate',
        path: written(join(directory, name), graph),
        directory,
        layers: layers.map(({ node, other }) => ({ name: node.name, defaults: defaultsOf(node), other })),
        part,
        period: 1000 / clockMHz,
      });
      for (const [index, { node }] of layers.entries()) {
        const { files, again, defaults, other } = found[index]!;
        expect.soft(again, node.opType).toEqual([]);
        expect.soft(other, node.opType).not.toEqual([]);
        const same = Object.entries(defaultsOf(node)).map(([attribute, value]) => [
          attribute,
          { default: value, differing: [] },
        ]);
        expect.soft(defaults, node.opType).toEqual(Object.fromEntries(same));
        counts.layers += 1;
        counts.attributes += same.length;
        counts.files += files * same.length;
      }
    }
    expect([...waiting]).toEqual([]);
    tell('defaults', counts);
  });

  counterpart('tcl', () => {
    const jobs = tfcJobs(python);
    const submodels = tfcSubmodels(jobs);

    test('FINN and we make the same file of a folding that writes defaults, in any order', async () => {
      const preprocessed = await jobs.preprocess({});
      const unfolded = readHardwareGraph(readFileSync(join(preprocessed.out, 'raw/dataflow.onnx')));
      const folding = readJson<Readonly<Record<string, object>>>(join(tfc, 'folding.json'));
      const wordy = Object.entries(folding).map(([name, settings]) => {
        const node = unfolded.nodes.find((one) => one.name === name);
        const all = { ...(node === undefined ? {} : defaultsOf(node)), ...settings };
        return [name, Object.fromEntries(Object.entries(all).reverse())];
      });
      const written = Object.fromEntries(wordy) as JsonObject;
      const { outcome, out } = await jobs.estimate(preprocessed, { folding: written });
      expect(outcome).toMatchObject({ ok: true });
      const finns = inNormalForm(readHardwareGraph(readFileSync(join(out, 'raw/dataflow.onnx'))), unfolded);
      const ours = [folding as JsonObject, written].map(
        (one) => foldGraph(unfolded, { type: 'file', folding: one }, clockMHz).graph,
      );
      for (const graph of ours) expect(writeHardwareGraph(graph)).toEqual(writeHardwareGraph(finns));
    });

    test('FINN makes the same project of a submodel with all defaults written and with none', async () => {
      const read = readHardwareGraph(readFileSync(join(submodels.mixed, 'submodel.onnx')));
      const bare = { ...read, nodes: read.nodes.map(withoutDefaults) };
      const full = {
        ...bare,
        nodes: bare.nodes.map((node) => ({
          ...node,
          attributes: { ...node.attributes, ...defaultsOf(node) },
        })),
      };
      const [before, after] = await Promise.all(
        [bare, full].map(async (graph, index) => {
          const submodel = join(jobs.root, `defaults-${index}`);
          mkdirSync(submodel);
          writeFileSync(join(submodel, 'submodel.onnx'), writeHardwareGraph(graph));
          const { outcome, out } = await jobs.run({ ...jobs.hardwareOf(submodel), tools: jobs.tools() });
          expect(outcome).toMatchObject({ ok: true });
          return filesOf(join(out, 'hardware'));
        }),
      );
      expect(Object.keys(before!).length).toBeGreaterThan(20);
      expect(after).toEqual(before);
    });
  });
});

/** Every default of a layer that may be left out, by attribute. */
function defaultsOf(node: HardwareNode): { readonly [attribute: string]: AttributeValue } {
  return Object.fromEntries(
    Object.keys(opOf(node).attributes).flatMap((attribute) => {
      const value = defaultOf(node, attribute);
      return value === null ? [] : [[attribute, value]];
    }),
  );
}

function withoutDefaults(node: HardwareNode): HardwareNode {
  const defaults = defaultsOf(node);
  const kept = Object.entries(node.attributes).filter(
    ([attribute, value]) => JSON.stringify(value) !== JSON.stringify(defaults[attribute]),
  );
  return { ...node, attributes: Object.fromEntries(kept) };
}

/** Another PE or SIMD than the layer has, to see that files differ where something differs; null if there is none. */
function otherParallelism(
  graph: HardwareGraph,
  node: HardwareNode,
): { readonly [attribute: string]: number } | null {
  const { op, view } = nodeOf(graph, node);
  const legal = op.legalValues(view);
  for (const attribute of ['PE', 'SIMD']) {
    const other = legal[attribute]?.find((value) => value !== view.integer(attribute));
    if (other !== undefined) return { [attribute]: other };
  }
  return null;
}
