import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { lower } from '../../../finn/lower/lower.ts';
import { ops } from '../../../finn/ops/index.ts';
import { readModel } from '../../../onnx/read.ts';
import { describeNodes, examples, readGraph, readJson } from '../../finn/network.ts';
import { counterpart } from '../rig/counterparts.ts';
import type { FinnNode } from '../rig/finn/suite.ts';
import { finnOfSuite, ordered } from '../rig/finn/suite.ts';
import { part, unlessRefused } from '../rig/networks/unfolded.ts';

type Lowered =
  | { readonly error: string }
  | {
      readonly model: string;
      readonly nodes: readonly FinnNode[];
      readonly parent: readonly string[];
    };

interface Network {
  readonly name: string;
  readonly path: string;
  readonly part: string;
  readonly specialize: unknown;
  readonly refused: string | null;
  /** Whether FINN makes float layers of the end, which we leave to the host. */
  readonly float_end: boolean;
}

counterpart('finn', () => {
  const { directory, ask, tell } = finnOfSuite();

  /** What both make of a QONNX file; `ours` is null where we refuse. */
  async function bothLower({ name, path, part: fpga, specialize }: Omit<Network, 'float_end' | 'refused'>) {
    const work = join(directory, name.replaceAll(/\W/g, '-'));
    const question = { do: 'lower', path, directory: work, part: fpga, specialize };
    const theirs = await ask<Lowered>(question);
    const ours = unlessRefused(() => lower(readModel(readFileSync(path)), fpga, specialize));
    return { theirs, ours };
  }

  test('the example and small networks become the same hardware, or are refused', async () => {
    const specialize: unknown = readJson(join(examples, 'tfc-w2a2', 'specialize.json'));
    const tfc = { name: 'tfc-w2a2', path: join(examples, 'tfc-w2a2', 'model.onnx'), part, specialize };
    const networks = await ask<readonly Network[]>({ do: 'write_networks', directory });
    const counts = { networks: 0, nodes: 0, refused: 0, 'refused by us alone': 0, 'ends on the host': 0 };
    for (const network of [{ ...tfc, refused: null, float_end: false }, ...networks]) {
      const { theirs, ours } = await bothLower(network);
      const name = network.name;
      if ('error' in theirs) {
        expect.soft(ours, `${name}: FINN refuses (${theirs.error}), we do not`).toBeNull();
        counts.refused += 1;
        continue;
      }
      if (network.refused !== null || theirs.nodes.some((node) => !Object.hasOwn(ops, node.op_type))) {
        expect.soft(ours, `${name}: FINN makes layers that we have not, we do not refuse`).toBeNull();
        counts['refused by us alone'] += 1;
        continue;
      }
      if (ours === null) {
        expect.soft(ours, `${name}: FINN lowers it, we refuse`).not.toBeNull();
        continue;
      }
      if (network.float_end) {
        // The last layer of a graph has sums of whole bytes; FINN's is not the last.
        const layers = describeNodes(ours.graph);
        const common = ordered(layers).slice(0, -1);
        expect.soft(common, name).toEqual(ordered(theirs.nodes).slice(0, common.length));
        expect.soft(layers.length, `${name}: FINN has layers behind ours`).toBeLessThan(theirs.nodes.length);
        counts['ends on the host'] += 1;
        continue;
      }
      expect.soft(ordered(describeNodes(ours.graph)), name).toEqual(ordered(theirs.nodes));
      expect.soft(comparable(ours.graph), name).toEqual(comparable(readGraph(theirs.model)));
      const host = [...ours.host.before.graph.nodes, 'the FPGA', ...ours.host.after.graph.nodes];
      expect.soft(host.length, `${name}: ${theirs.parent.join()}`).toBe(theirs.parent.length);
      counts.networks += 1;
      counts.nodes += theirs.nodes.length;
    }
    expect(counts.networks).toBeGreaterThan(30);
    tell('lowering', counts);
  });
});

/** A graph as a file would hold it. */
function comparable(graph: HardwareGraph): HardwareGraph {
  return readHardwareGraph(writeHardwareGraph(graph));
}
