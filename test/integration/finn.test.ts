import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { split } from '../../stages/split/work.ts';
import { datatype } from '../../finn/datatype.ts';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../finn/dialect/write.ts';
import { annotateEstimates } from '../../finn/estimate/annotate.ts';
import { estimate } from '../../finn/estimate/reports.ts';
import { applyFolding } from '../../finn/fold/apply.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import { lower } from '../../finn/lower/lower.ts';
import type { Route } from '../../finn/lower/route.ts';
import { minimiseBitWidths } from '../../finn/minimise/bit-widths.ts';
import { ops } from '../../finn/ops/index.ts';
import { pack, packedShape } from '../../finn/packing.ts';
import { cuttableAfter } from '../../finn/split/articulation.ts';
import type { SubmodelDescription } from '../../finn/split/describe.ts';
import { elementCount } from '../../base/shape.ts';
import { readModel } from '../../onnx/read.ts';
import { Refusal, Refusals } from '../../base/refusal.ts';
import { runStage } from '../stages/stage.ts';
import { describeNodes, examples, golden, mlps, readGraph, readJson } from '../finn/network.ts';
import { counterpart } from './counterparts.ts';
import { seeded } from '../rig/seeded.ts';
import { pick, randomFolding } from './finn-foldings.ts';
import type { FinnSession } from './finn-session.ts';
import { startFinn } from './finn-session.ts';

const part = 'xc7z020clg484-1';
const clockMHz = 100;

/** A hardware node as finn_reports.py describes it. */
interface FinnNode {
  readonly name: string;
  readonly op_type: string;
  readonly attributes: object;
}

/** Specialised networks that are not folded yet, by name. */
const unfolded: readonly (readonly [string, () => HardwareGraph])[] = [
  ['tfc-w2a2', loweredTfc],
  ...mlps.map((name) => [name, () => readGraph(join(golden, 'mlps', `${name}.onnx`))] as const),
];

/** The convolutional examples, likewise. */
const convolutional: readonly (readonly [string, () => HardwareGraph])[] = [
  ['cnv-w2a2', () => loweredExample('cnv-w2a2', 'default')],
  ['mobilenetv1', () => loweredExample('mobilenetv1', 'mobilenet')],
];

type Refusable<T> = T | { readonly error: string };

type Lowered = Refusable<{
  readonly model: string;
  readonly nodes: readonly FinnNode[];
  readonly parent: readonly string[];
}>;

type Estimated = Refusable<{ readonly reports: object; readonly nodes: readonly FinnNode[] }>;

interface Network {
  readonly name: string;
  readonly path: string;
  readonly part: string;
  readonly specialize: unknown;
  readonly refused: string | null;
}

interface Inspected {
  readonly seen: { readonly tensors: object; readonly nodes: readonly FinnNode[] };
  readonly inferred: { readonly tensors: object; readonly nodes: readonly FinnNode[] };
  readonly resources: { readonly [node: string]: object };
  readonly cycles: object;
}

counterpart('finn', (python) => {
  const directory = mkdtempSync(join(tmpdir(), 'finn-'));
  const tally: string[] = [];
  let finn: FinnSession;
  beforeAll(async () => {
    finn = await startFinn(python, directory);
  }, 300_000);
  afterAll(async () => {
    console.log(`compared with FINN+: ${tally.join('; ')}`);
    await (finn as FinnSession | undefined)?.end();
    rmSync(directory, { recursive: true });
  });

  /** What both make of a QONNX file; `ours` is null where we refuse. */
  async function bothLower({ name, path, part: fpga, specialize }: Omit<Network, 'refused'>) {
    const work = join(directory, name.replaceAll(/\W/g, '-'));
    const question = { do: 'lower', path, directory: work, part: fpga, specialize };
    const theirs = await finn.ask<Lowered>(question);
    const ours = unlessRefused(() => lower(readModel(readFileSync(path)), fpga, specialize));
    return { theirs, ours };
  }

  test('the example and small networks become the same hardware, or are refused', async () => {
    const specialize: unknown = readJson(join(examples, 'tfc-w2a2', 'specialize.json'));
    const tfc = { name: 'tfc-w2a2', path: join(examples, 'tfc-w2a2', 'model.onnx'), part, specialize };
    const networks = await finn.ask<readonly Network[]>({ do: 'write_networks', directory });
    const counts = { networks: 0, nodes: 0, refused: 0, 'refused by us alone': 0 };
    for (const network of [{ ...tfc, refused: null }, ...networks]) {
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
      expect.soft(ordered(describeNodes(ours.graph)), name).toEqual(ordered(theirs.nodes));
      expect.soft(comparable(ours.graph), name).toEqual(comparable(readGraph(theirs.model)));
      const host = [...ours.host.before, 'the FPGA', ...ours.host.after];
      expect.soft(host.length, `${name}: ${theirs.parent.join()}`).toBe(theirs.parent.length);
      counts.networks += 1;
      counts.nodes += theirs.nodes.length;
    }
    expect(counts.networks).toBeGreaterThan(30);
    tally.push(`lowering ${told(counts)}`);
  });

  test.each([...unfolded, ...convolutional])(
    '%s: reports and minimised datatypes under random foldings',
    { timeout: 900_000 },
    async (name, read) => {
      const graph = read();
      const random = seeded(1);
      // Of MobileNetV1 FINN and we refuse about half.
      const count = name === 'mobilenetv1' ? 48 : 24;
      const foldings = Array.from({ length: count }, () => randomFolding(graph, random));
      const paths = foldings.map((folding, index) => {
        const path = join(directory, `${name}-${index}.json`);
        writeFileSync(path, JSON.stringify(folding));
        return path;
      });
      const theirs = await finn.ask<readonly Estimated[]>({
        do: 'reports',
        path: written(join(directory, `${name}-folded`), graph),
        foldings: paths,
        part,
        period: 1000 / clockMHz,
      });
      const counts = { foldings: 0, reports: 0, nodes: 0, refused: 0 };
      for (const [index, found] of theirs.entries()) {
        const folding = foldings[index]!;
        const what = `${name} ${JSON.stringify(folding)}`;
        const ours = unlessRefused(() => minimiseBitWidths(applyFolding(graph, folding)));
        if ('error' in found) {
          expect.soft(ours, `${what}: FINN refuses (${found.error}), we do not`).toBeNull();
          counts.refused += 1;
          continue;
        }
        if (ours === null) {
          expect.soft(ours, `${what}: FINN folds it, we refuse`).not.toBeNull();
          continue;
        }
        expect.soft(estimate(ours, part, clockMHz), what).toEqual(found.reports);
        expect.soft(ordered(describeNodes(annotateEstimates(ours))), what).toEqual(ordered(found.nodes));
        counts.foldings += 1;
        counts.reports += Object.keys(found.reports).length;
        counts.nodes += found.nodes.length;
      }
      expect(counts.foldings).toBeGreaterThanOrEqual(20);
      tally.push(`${name} ${told(counts)}`);
    },
  );

  test('FINN takes our files, whole and split, and sees in them what we do', async () => {
    const counts = { files: 0, tensors: 0, nodes: 0 };
    for (const [name, read] of unfolded) {
      const folding = randomFolding(read(), seeded(2));
      const folded = annotateEstimates(minimiseBitWidths(applyFolding(read(), folding)));
      const work = join(directory, `${name}-files`);
      for (const { file, submodel } of [
        { file: written(work, folded), submodel: null },
        ...(await submodelsOf(join(work, 'all'), folded, cutsOf(folded))),
        ...(await submodelsOf(join(work, 'half'), folded, cutsOf(folded).slice(1, 2))),
      ]) {
        const graph = readGraph(file);
        const found = await finn.ask<Inspected>({ do: 'inspect', path: file, part });
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
    tally.push(`files ${told(counts)}`);
  });

  test('random tensors are packed into the same bytes', async () => {
    const random = seeded(1);
    const tensors = Array.from({ length: 60 }, () => randomTensor(random));
    const theirs = await finn.ask<readonly { shape: readonly number[]; bytes: string }[]>({
      do: 'pack',
      tensors,
    });
    for (const [index, { datatype: name, shape, values }] of tensors.entries()) {
      const packed = pack({ shape, data: Int32Array.from(values) }, name);
      const ours = { shape: packedShape(shape, name), bytes: Buffer.from(packed).toString('hex') };
      expect.soft(ours, `${name} [${shape.join()}]`).toEqual(theirs[index]);
    }
    tally.push(
      `packing ${told({ tensors: tensors.length, bytes: theirs.reduce((sum, { bytes }) => sum + bytes.length / 2, 0) })}`,
    );
  });
});

function unlessRefused<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof Refusal || error instanceof Refusals) return null;
    throw error;
  }
}

/** Attributes as a list, so that their order counts. */
function ordered(nodes: readonly object[]): readonly object[] {
  return (nodes as readonly FinnNode[]).map((node) => ({
    ...node,
    attributes: Object.entries(node.attributes),
  }));
}

/** A graph as a file would hold it. */
function comparable(graph: HardwareGraph): HardwareGraph {
  return readHardwareGraph(writeHardwareGraph(graph));
}

function loweredExample(name: string, preset: Route['preset']): HardwareGraph {
  const model = readModel(readFileSync(join(examples, name, 'model.onnx')));
  const specialize = readJson(join(examples, name, 'specialize.json'));
  return lower(model, part, specialize, { preset, standaloneThresholds: false }).graph;
}

function loweredTfc(): HardwareGraph {
  const model = readModel(readFileSync(join(examples, 'tfc-w2a2', 'model.onnx')));
  return lower(model, part, readJson(join(examples, 'tfc-w2a2', 'specialize.json'))).graph;
}

function written(directory: string, graph: HardwareGraph): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'dataflow.onnx');
  writeFileSync(path, writeHardwareGraph(graph));
  return path;
}

function cutsOf(graph: HardwareGraph): readonly object[] {
  const cuttable = cuttableAfter(graph);
  return graph.nodes.filter((_, index) => cuttable[index]).map(({ name }) => ({ after: name }));
}

/** The files of a split and what it says of them. */
async function submodelsOf(directory: string, graph: HardwareGraph, cuts: readonly object[]) {
  const target = { board: 'zedboard', part, clockMHz };
  const params = { strategy: 'manual', cuts, target, boards: [] } as never;
  const inputs = { 'model/dataflow.onnx': writeHardwareGraph(graph) };
  const { result, out } = await runStage(split, directory, inputs, { params });
  expect(result).toMatchObject({ ok: true });
  const rows = readJson<readonly { id: string }[]>(join(out, 'submodels', 'manifest.json'));
  return rows.map(({ id }) => ({
    file: join(out, 'submodels', id, 'submodel.onnx'),
    submodel: readJson<SubmodelDescription>(join(out, 'submodels', id, 'submodel.json')),
  }));
}

/** Values are such that float32 holds them: FINN packs wider ones by way of that and loses their last bits. */
function randomTensor(random: () => number): {
  datatype: string;
  shape: readonly number[];
  values: readonly number[];
} {
  const bits = 1 + Math.floor(random() * 32);
  const name = pick(['BIPOLAR', 'BINARY', 'TERNARY', `INT${bits}`, `UINT${Math.min(31, bits)}`], random);
  const { minimum, maximum } = datatype(name);
  const shape = Array.from({ length: 1 + Math.floor(random() * 4) }, () => 1 + Math.floor(random() * 9));
  const value = (): number => {
    const rounded = Math.fround(minimum + Math.floor(random() * (maximum - minimum + 1)));
    return rounded > maximum ? minimum : rounded;
  };
  const values = Array.from({ length: elementCount(shape) }, () =>
    name === 'BIPOLAR' ? pick([-1, 1], random) : value(),
  );
  return { datatype: name, shape, values };
}

function told(counts: { readonly [what: string]: number }): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
}
