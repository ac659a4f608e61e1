import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { prepare, run } from '../../../finn/execute/run.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { runHost } from '../../../stages/shared/host.ts';
import { describeHost } from '../../finn/host.ts';
import type { HostModels } from '../../../finn/host/host-part.ts';
import { hostOfParent } from '../../../finn/host/of-parent.ts';
import type { Lowered } from '../../../finn/lower/lower.ts';
import { lower } from '../../../finn/lower/lower.ts';
import { readModel } from '../../../onnx/read.ts';
import { Refusal } from '../../../base/refusal.ts';
import { writeModel } from '../../../onnx/write.ts';
import { describeNodes } from '../../finn/network.ts';
import { endingInArgMax } from '../../finn/lower/ending-in-argmax.ts';
import { seeded } from '../../rig/seeded.ts';
import { counterpart } from '../rig/counterparts.ts';
import { askFinn } from '../rig/finn/session.ts';
import type { Drawn } from '../rig/networks/lowering-networks.ts';
import { kinds, randomNetwork } from '../rig/networks/lowering-networks.ts';

/** What QONNX gives for the image; null where it does not know an operator. */
interface Executed {
  readonly result: readonly number[] | null;
}

type Answer = Executed &
  (
    | { readonly error: string }
    | { readonly model: string; readonly nodes: readonly object[]; readonly parent_model: string }
  );

counterpart('finn', () => {
  const directory = mkdtempSync(join(tmpdir(), 'finn-lowering-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  test('random networks become the same hardware, or are refused', { timeout: 1_800_000 }, async () => {
    const random = seeded(Number(process.env['PIPELINE_TEST_SEED'] ?? 1));
    const networks = Array.from({ length: 14 }, () =>
      kinds.map((kind) => randomNetwork(random, kind)),
    ).flat();
    const answers = await ask(join(directory, 'random'), networks);
    const counts = compare(networks, answers, process.env['PIPELINE_TEST_RECORD']);
    expect(counts.lowered).toBeGreaterThanOrEqual(60);
    expect(counts.executed).toBeGreaterThanOrEqual(60);
  });

  test(
    'networks that end in ArgMax do, with the step that makes it a TopK',
    { timeout: 300_000 },
    async () => {
      const random = seeded(Number(process.env['PIPELINE_TEST_SEED'] ?? 1));
      const networks = Array.from({ length: 3 }, () => kinds.map((kind) => randomNetwork(random, kind)))
        .flat()
        .flatMap((network) => {
          const axis = random() < 0.5 ? 1 : -1;
          const model = endingInArgMax(network.model, { axis, keepdims: random() < 0.7 ? 0 : 1 });
          return model === null ? [] : [{ ...network, model }];
        });
      const counts = compare(networks, await ask(join(directory, 'argmax'), networks));
      expect(counts.lowered).toBeGreaterThanOrEqual(5);
      expect(counts.executed).toBeGreaterThanOrEqual(5);
    },
  );
});

/** Holds what we and FINN make of networks against each other; with `record`, a folder, keeps half of it there. */
function compare(networks: readonly Drawn[], answers: readonly Answer[], record?: string) {
  const counts = {
    lowered: 0,
    layers: 0,
    executed: 0,
    'refused by both': 0,
    'refused by us alone': 0,
    'ends on the host': 0,
  };
  for (const [index, network] of networks.entries()) {
    const found = answers[index]!;
    const what = `network ${index}, ${network.kind}, ${JSON.stringify(network.route)}, ${network.part}`;
    const ours = lowered(network);
    if ('error' in found) {
      expect.soft(ours, `${what}: FINN refuses (${found.error}), we do not`).toBeInstanceOf(Refusal);
      counts['refused by both'] += 1;
      continue;
    }
    if (ours instanceof Refusal) {
      counts['refused by us alone'] += 1;
      continue;
    }
    // FINN by itself makes float layers of the ends that we leave to the host.
    if (found.nodes.some((node) => Object.values(node).includes('FLOAT32'))) {
      const kinds = (nodes: readonly { readonly op_type: string }[]): string =>
        nodes.map((node) => node.op_type).join();
      const theirs = kinds(found.nodes as readonly { readonly op_type: string }[]);
      expect.soft(theirs, what).toContain(ours.graph.nodes.map(({ opType }) => opType).join());
      counts['ends on the host'] += 1;
      continue;
    }
    expect.soft(describeNodes(ours.graph).map(inOrder), what).toEqual(found.nodes.map(inOrder));
    const theirs = readHardwareGraph(readFileSync(found.model));
    expect.soft(comparable(ours.graph), what).toEqual(comparable(theirs));
    const parent = hostOfParent(readModel(readFileSync(found.parent_model)), theirs);
    expect.soft(endsOf(ours.host), what).toEqual(endsOf(parent));
    if (found.result !== null) {
      const ends = runHost(ours.host);
      const { shape } = ours.host.part.input;
      const values = Float32Array.from(network.image);
      const output = run(prepare(ours.graph), ends.toBoards({ elementType: 'float32', shape, values }));
      // Adding 0 turns negative zeros into zeros.
      const expected = found.result.map((value) => value + 0);
      const [result] = ends.fromBoards(output);
      expect.soft(Array.from(result!.values, Number), what).toEqual(expected);
      counts.executed += 1;
    }
    counts.lowered += 1;
    counts.layers += found.nodes.length;
    if (record !== undefined && index % 2 === 0) keep(record, index, network, found.nodes, ours);
  }
  console.log(`compared with FINN+: ${told(counts)}`);
  return counts;
}

/** The host's operations; FINN states the same shapes by zeros, or by a Flatten. */
function endsOf(host: HostModels): object {
  const { before, after, ...tensors } = describeHost(host);
  const kinds = (operations: readonly object[]): readonly object[] =>
    operations.map((operation) =>
      'perm' in operation ? operation : { ...operation, op: 'Reshape', shape: null },
    );
  return { ...tensors, before: kinds(before), after: kinds(after) };
}

function lowered({ model, part, route }: Drawn): Lowered | Refusal {
  try {
    return lower(readModel(writeModel(model)), part, null, route);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function ask(directory: string, networks: readonly Drawn[]): Promise<readonly Answer[]> {
  const questions = networks.map(({ model, part, route, image }, index) => {
    const work = join(directory, String(index));
    mkdirSync(work, { recursive: true });
    writeFileSync(join(work, 'model.onnx'), writeModel(model));
    return {
      path: join(work, 'model.onnx'),
      directory: join(work, 'finn'),
      part,
      specialize: null,
      preset: route.preset,
      standalone_thresholds: route.standaloneThresholds,
      image,
    };
  });
  return askFinn<Answer>(directory, 'lower_and_execute', questions);
}

/** Half of the networks and FINN's answers, for the unit tests. */
function keep(
  directory: string,
  index: number,
  network: Drawn,
  nodes: readonly object[],
  { host }: Lowered,
): void {
  const { model, part, route, kind } = network;
  const path = join(directory, `${kind}${index}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${path}.onnx`, writeModel(model));
  writeFileSync(`${path}.json`, `${JSON.stringify({ part, route, host: describeHost(host), nodes })}\n`);
}

/** As text, so that the order of attributes counts. */
function inOrder(node: object): string {
  return JSON.stringify(node, null, 1);
}

/** A graph as a file would hold it. */
function comparable(graph: HardwareGraph): HardwareGraph {
  return readHardwareGraph(writeHardwareGraph(graph));
}

function told(counts: { readonly [what: string]: number }): string {
  return Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
}
