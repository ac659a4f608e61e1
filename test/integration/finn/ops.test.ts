import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { datatype } from '../../../finn/datatype.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { annotateEstimates } from '../../../finn/estimate/annotate.ts';
import { estimate } from '../../../finn/estimate/reports.ts';
import { prepare, run } from '../../../finn/execute/run.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { elementCount } from '../../../base/shape.ts';
import { Refusal } from '../../../base/refusal.ts';
import { describeNodes, digestOf } from '../../finn/network.ts';
import { seeded } from '../../rig/seeded.ts';
import { counterpart } from '../rig/counterparts.ts';
import { askFinn } from '../rig/finn/session.ts';
import { randomNetwork, unspecialised, wideWindows } from '../rig/networks/convolutions.ts';
import { randomFolding } from '../rig/networks/foldings.ts';

const parts = ['xc7z020clg484-1', 'xcvc1902-vsva2197-2MP-e-S'];
const clockMHz = 100;

interface Case {
  readonly graph: HardwareGraph;
  readonly foldings: readonly object[];
  readonly images: readonly (readonly number[])[];
  readonly part: string;
}

interface Answer {
  readonly foldings: readonly (
    { readonly error: string } | { readonly reports: object; readonly nodes: readonly object[] }
  )[];
  readonly unspecialised: {
    readonly tensors: { readonly [name: string]: string };
    readonly nodes: readonly object[];
  };
  readonly executions: readonly (readonly string[] | null)[];
}

counterpart('finn', () => {
  const directory = mkdtempSync(join(tmpdir(), 'finn-ops-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  test('random convolutional networks: figures, datatypes and values of every layer', async () => {
    const random = seeded(Number(process.env['PIPELINE_TEST_SEED'] ?? 1));
    const cases = [
      ...Array.from({ length: 60 }, () => drawn(randomNetwork(random, 12), random, 2)),
      ...Array.from({ length: 40 }, () => drawn(randomNetwork(random, 96), random, 0)),
      ...Array.from({ length: 10 }, () => drawn(wideWindows(random), random, 0)),
    ];
    const answers = await ask(directory, cases);
    const record = process.env['PIPELINE_TEST_RECORD'];
    if (record !== undefined) keep(record, cases, answers);
    const counts = { networks: cases.length, foldedNodes: 0, executedNodes: 0, refused: 0 };
    const kinds = new Map<string, number>();
    for (const [index, { graph, foldings, images, part }] of cases.entries()) {
      const found = answers[index]!;
      for (const [position, folding] of foldings.entries()) {
        const what = `network ${index}, ${part}, ${JSON.stringify(folding)}`;
        const theirs = found.foldings[position]!;
        if ('error' in theirs) {
          expect.soft(() => minimiseBitWidths(applyFolding(graph, folding)), what).toThrow(Refusal);
          counts.refused += 1;
          continue;
        }
        const folded = minimiseBitWidths(applyFolding(graph, folding));
        expect.soft(estimate(folded, part, clockMHz), what).toEqual(theirs.reports);
        const nodes = describeNodes(annotateEstimates(folded));
        expect.soft(nodes.map(inOrder), what).toEqual(theirs.nodes.map(inOrder));
        counts.foldedNodes += graph.nodes.length;
        for (const { opType } of graph.nodes) kinds.set(opType, (kinds.get(opType) ?? 0) + 1);
      }
      const plain = minimiseBitWidths(unspecialised(graph));
      expect.soft(datatypesOf(plain), `network ${index}, unspecialised`).toEqual(found.unspecialised);
      for (const [position, image] of images.entries()) {
        const what = `network ${index}, image ${position}`;
        const theirs = found.executions[position] ?? null;
        if (theirs === null) continue;
        expect.soft(digests(minimiseBitWidths(graph), image), what).toEqual(theirs);
        counts.executedNodes += graph.nodes.length;
      }
    }
    expect(counts.foldedNodes).toBeGreaterThan(300);
    console.log(`compared with FINN+: ${JSON.stringify({ ...counts, ...Object.fromEntries(kinds) })}`);
  });
});

/** Writes small networks that together have every kind of layer, with FINN's answers, into a directory. */
function keep(target: string, cases: readonly Case[], answers: readonly Answer[]): void {
  const covered = new Set<string>();
  for (const [index, { graph, foldings, images, part }] of cases.entries()) {
    const fresh = graph.nodes.filter(({ opType }) => !covered.has(opType));
    const { foldings: folded, unspecialised: plain, executions } = answers[index]!;
    if (fresh.length === 0 || images.length === 0 || executions.includes(null)) continue;
    for (const { opType } of graph.nodes) covered.add(opType);
    writeFileSync(join(target, `network${index}.onnx`), writeHardwareGraph(graph));
    const content = {
      part,
      foldings: foldings.map((folding, position) => ({ ...folded[position]!, folding })),
      unspecialised: plain,
      executions: images.map((input, position) => ({ input, nodes: executions[position]! })),
    };
    writeFileSync(join(target, `network${index}.json`), `${JSON.stringify(content)}\n`);
  }
}

function drawn(graph: HardwareGraph, random: () => number, images: number): Case {
  const { shape, datatype: name } = graph.tensors.get('global_in')!;
  const { minimum, maximum } = datatype(name);
  const step = name === 'BIPOLAR' ? 2 : 1;
  const value = (): number => minimum + step * Math.floor((random() * (maximum - minimum + step)) / step);
  return {
    graph,
    // Defaults for all layers are refused, because not all have the attribute.
    foldings: Array.from({ length: 2 }, () => ({ ...randomFolding(graph, random), Defaults: {} })),
    images: Array.from({ length: images }, () => Array.from({ length: elementCount(shape) }, value)),
    part: parts[Math.floor(random() * parts.length)]!,
  };
}

async function ask(directory: string, cases: readonly Case[]): Promise<readonly Answer[]> {
  const questions = cases.map(({ graph, foldings, images, part }, index) => {
    const work = join(directory, String(index));
    mkdirSync(work);
    const path = (name: string): string => join(work, name);
    writeFileSync(path('graph.onnx'), writeHardwareGraph(graph));
    writeFileSync(path('plain.onnx'), writeHardwareGraph(unspecialised(graph)));
    const foldingPaths = foldings.map((folding, position) => {
      writeFileSync(path(`${position}.json`), JSON.stringify(folding));
      return path(`${position}.json`);
    });
    return {
      path: path('graph.onnx'),
      unspecialised: path('plain.onnx'),
      foldings: foldingPaths,
      images,
      part,
      period: 1000 / clockMHz,
    };
  });
  return askFinn<Answer>(directory, 'examine', questions);
}

function datatypesOf(graph: HardwareGraph): Answer['unspecialised'] {
  const used = new Set(graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]));
  return {
    tensors: Object.fromEntries([...used].map((name) => [name, graph.tensors.get(name)!.datatype])),
    nodes: graph.nodes.map(({ attributes }) => attributes),
  };
}

/** As text, so that the order of attributes counts. */
function inOrder(node: object): string {
  return JSON.stringify(node, null, 1);
}

function digests(graph: HardwareGraph, image: readonly number[]): readonly string[] {
  const found: string[] = [];
  const { shape } = graph.tensors.get('global_in')!;
  run(prepare(graph), { shape, data: Int32Array.from(image) }, (_, { data }) => found.push(digestOf(data)));
  return found;
}
