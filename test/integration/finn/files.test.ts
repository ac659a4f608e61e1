import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { annotateEstimates } from '../../../finn/estimate/annotate.ts';
import { estimate } from '../../../finn/estimate/reports.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { cuttableAfter } from '../../../finn/split/articulation.ts';
import type { SubmodelDescription } from '../../../finn/split/describe.ts';
import { split } from '../../../stages/split/work.ts';
import { describeNodes, readGraph, readJson } from '../../finn/network.ts';
import { seeded } from '../../rig/seeded.ts';
import { runStage } from '../../stages/stage.ts';
import { counterpart } from '../rig/counterparts.ts';
import type { FinnNode } from '../rig/finn/suite.ts';
import { finnOfSuite, ordered } from '../rig/finn/suite.ts';
import { randomFolding } from '../rig/networks/foldings.ts';
import { clockMHz, part, vectorNetworks, written } from '../rig/networks/unfolded.ts';

interface Inspected {
  readonly seen: { readonly tensors: object; readonly nodes: readonly FinnNode[] };
  readonly inferred: { readonly tensors: object; readonly nodes: readonly FinnNode[] };
  readonly resources: { readonly [node: string]: object };
  readonly cycles: object;
}

counterpart('finn', () => {
  const { directory, ask, tell } = finnOfSuite();

  test('FINN reads our files, whole and split, and sees the same in them as we do', async () => {
    const counts = { files: 0, tensors: 0, nodes: 0 };
    for (const [name, read] of vectorNetworks) {
      const folding = randomFolding(read(), seeded(2));
      const folded = annotateEstimates(minimiseBitWidths(applyFolding(read(), folding)));
      const work = join(directory, `${name}-files`);
      for (const { file, submodel } of [
        { file: written(work, folded), submodel: null },
        ...(await submodelsOf(join(work, 'all'), folded, cutsOf(folded))),
        ...(await submodelsOf(join(work, 'half'), folded, cutsOf(folded).slice(1, 2))),
      ]) {
        const graph = readGraph(file);
        const found = await ask<Inspected>({ do: 'inspect', path: file, part });
        const what = `${name}: ${graph.nodes.map((node) => node.name).join()}`;
        const typed = [...graph.tensors].map(
          ([name, tensor]) => [name, [tensor.shape, tensor.datatype]] as const,
        );
        expect.soft(found.seen.tensors, what).toEqual(Object.fromEntries(typed));
        expect.soft(ordered(found.seen.nodes), what).toEqual(ordered(describeNodes(graph)));
        expect.soft(found.inferred, what).toEqual(found.seen);
        const { estimate_layer_resources, estimate_layer_cycles } = estimate(graph, part, clockMHz);
        expect.soft(found.resources, what).toEqual(estimate_layer_resources);
        expect.soft(found.cycles, what).toEqual(estimate_layer_cycles);
        if (submodel !== null) {
          expect.soft(submodel.resources, what).toEqual(found.resources['total']);
          expect.soft(submodel.cycles.perNode, what).toEqual(found.cycles);
        }
        counts.files += 1;
        counts.tensors += typed.length;
        counts.nodes += graph.nodes.length;
      }
    }
    tell('files', counts);
  });
});

function cutsOf(graph: HardwareGraph): readonly object[] {
  const cuttable = cuttableAfter(graph);
  return graph.nodes.filter((_, index) => cuttable[index]).map(({ name }) => ({ after: name }));
}

/** The files of a split and what it says of them. */
async function submodelsOf(directory: string, graph: HardwareGraph, cuts: readonly object[]) {
  const target = { board: 'zedboard', part, clockMHz };
  const params = { strategy: 'manual', cuts, limits: {}, target, boards: [] } as never;
  const inputs = { 'model/dataflow.onnx': writeHardwareGraph(graph) };
  const { result, out } = await runStage(split, directory, inputs, { params });
  expect(result).toMatchObject({ ok: true });
  const rows = readJson<readonly { id: string }[]>(join(out, 'submodels', 'manifest.json'));
  return rows.map(({ id }) => ({
    file: join(out, 'submodels', id, 'submodel.onnx'),
    submodel: readJson<SubmodelDescription>(join(out, 'submodels', id, 'submodel.json')),
  }));
}
