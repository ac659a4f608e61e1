import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { firstDifference } from '../../../finn/dialect/compare.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { behindFront } from '../../../finn/host/behind-front.ts';
import type { HostModels } from '../../../finn/host/host-part.ts';
import { imageInput } from '../../../finn/ends/image-input.ts';
import { hostOfParent } from '../../../finn/host/of-parent.ts';
import type { Lowered } from '../../../finn/lower/lower.ts';
import { lower } from '../../../finn/lower/lower.ts';
import type { Route } from '../../../finn/lower/route.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { Refusal, Refusals } from '../../../base/refusal.ts';
import type { OnnxModel } from '../../../onnx/model.ts';
import { readModel } from '../../../onnx/read.ts';
import { writeModel } from '../../../onnx/write.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import type { Agreement } from '../../rig/against-original/agreements.ts';
import { agreementsOf } from '../../rig/against-original/agreements.ts';
import { counterpart } from '../rig/counterparts.ts';
import type { Kind } from '../rig/networks/exported/index.ts';
import { exportedNetwork } from '../rig/networks/exported/index.ts';
import { tfcJobs } from '../rig/tfc-jobs.ts';
import type { JobOutcome } from '../rig/workshop.ts';

/*
 *   PIPELINE_TEST_NETWORKS=3,17   the networks of these seeds
 *   PIPELINE_TEST_RECORD=FOLDER   adds a line for each to FOLDER/networks.jsonl
 */

const part = 'xc7z020clg484-1';

/** What both front ends make of a network. */
interface Found {
  readonly seed: number;
  readonly kind: string;
  readonly traits: readonly string[];
  /** Null for the preset that the front ends choose. */
  readonly preset: Route['preset'] | null;
  readonly result: 'equal' | 'different' | 'refused by both' | 'FINN alone' | 'we alone';
  /** The first difference, or why one of them refuses. */
  readonly ours: string;
  readonly theirs: string;
  /** What FINN leaves on the host, in front of and behind its layers. */
  readonly layers?: string;
  /** Of FINN's hardware with the network; null if there is none. */
  readonly agreements: readonly Agreement[] | null;
}

counterpart('finn', (python) => {
  const { preprocess } = tfcJobs(python);
  const wanted = process.env['PIPELINE_TEST_NETWORKS'];
  const seeds = wanted === undefined ? [...chosen.keys()] : wanted.split(',').map(Number);

  test('random networks become the same hardware by both front ends', { timeout: 40_000_000 }, async () => {
    const found = await Promise.all(
      seeds.map(async (seed) => {
        const one = await compared(seed);
        record(one);
        return one;
      }),
    );
    for (const one of found) {
      const { seed, kind, result, ours, theirs, agreements } = one;
      const what = `network ${seed}, ${kind}`;
      expect.soft(result, `${what}: ours ${ours}, FINN's ${theirs}`).not.toMatch(/different|we alone/);
      for (const { difference } of agreements ?? []) expect.soft(difference, what).toBeNull();
    }
    if (wanted === undefined) expect(found.map(({ result }) => result)).toEqual(seeds.map(() => 'equal'));
  });

  async function compared(seed: number): Promise<Found> {
    const exported = exportedNetwork(seed, wanted === undefined ? chosen.get(seed) : undefined);
    const { kind, traits, preset } = exported;
    const { model } = tidy(readModel(writeModel(exported.model)));
    const ours = lowered(model, preset);
    const { front, rest } = imageInput(model);
    const { outcome, out } = await preprocess(
      { specialize: null, preset },
      { 'model/model.onnx': writeModel(rest) },
    );
    const common = { seed, kind, traits, preset };
    const refusal = ours instanceof Error ? ours.message : '';
    const theirs = outcome?.ok === true ? unlessRefused(() => opened(out, front)) : refusedBy(outcome);
    if (theirs instanceof Error) {
      const result = ours instanceof Error ? 'refused by both' : 'we alone';
      return { ...common, result, ours: refusal, theirs: theirs.message, agreements: null };
    }
    const { hardware, host } = theirs;
    const agreements = unlessRefused(() => agreementsOf(exported, hardware, host));
    const kindsOf = (nodes: readonly { readonly opType: string }[]): string =>
      nodes.map(({ opType }) => opType).join(' ');
    const graphs = [host.before.graph, hardware, host.after.graph];
    const judged = {
      ...common,
      layers: graphs.map(({ nodes }) => kindsOf(nodes)).join(' | '),
      agreements: agreements instanceof Error ? [notExecuted(agreements)] : agreements,
    };
    if (ours instanceof Error) return { ...judged, result: 'FINN alone', ours: refusal, theirs: '' };
    const difference = firstDifference(estimable(ours.graph), estimable(hardware));
    if (difference === null) return { ...judged, result: 'equal', ours: '', theirs: '' };
    const { node, what, first: left, second: right } = difference;
    return { ...judged, result: 'different', ours: `${node}, ${what}: ${left}`, theirs: right };
  }
});

/** Networks of every kind that both take, with each end that the host has, by their seeds. */
const chosen: ReadonlyMap<number, Kind> = new Map([
  [0, 'split'],
  [5, 'residual'],
  [7, 'concat'],
  [8, 'upsample'],
  [9, 'line'],
  [12, 'residual mlp'],
  [20, 'line'],
  [29, 'concat'],
  [33, 'mlp'],
  [37, 'mobilenet'],
  [47, 'binary'],
  [61, 'inverted'],
  [71, 'residual'],
  [80, 'binary'],
  [99, 'mlp'],
  [123, 'cnn'],
]);

function record(found: Found): void {
  const folder = process.env['PIPELINE_TEST_RECORD'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  appendFileSync(join(folder, 'networks.jsonl'), `${JSON.stringify(found)}\n`);
}

function lowered(model: OnnxModel, preset: Found['preset']): Lowered | Error {
  return unlessRefused(() => lower(model, part, null, preset === null ? {} : { preset }));
}

/** What preprocess.py left in a folder, and in front of it what makes its input of the network's. */
function opened(
  out: string,
  front: OnnxModel,
): { readonly hardware: HardwareGraph; readonly host: HostModels } {
  const hardware = readHardwareGraph(readFileSync(join(out, 'raw/dataflow.onnx')));
  const parent = readModel(readFileSync(join(out, 'raw/parent.onnx')));
  return { hardware, host: behindFront(front, hostOfParent(parent, hardware)) };
}

/** FINN narrows the last layer's sums for a reader on the host, until it estimates the hardware alone. */
function estimable(graph: HardwareGraph): HardwareGraph {
  const minimised = unlessRefused(() => minimiseBitWidths(graph));
  return minimised instanceof Error ? graph : minimised;
}

function refusedBy(outcome: JobOutcome | null): Error {
  return new Error(`${outcome?.code ?? 'no outcome'}: ${outcome?.message ?? ''} ${outcome?.detail ?? ''}`);
}

function notExecuted({ message }: Error): Agreement {
  return { difference: message, reason: null };
}

function unlessRefused<T>(make: () => T): T | Error {
  try {
    return make();
  } catch (error) {
    if (error instanceof Refusal || error instanceof Refusals) return error;
    throw error;
  }
}
