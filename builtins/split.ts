import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldsOf, type Fields } from '../boards/fields.ts';
import type { Builtin, Diagnostic } from '../core/types.ts';
import { readHardwareGraph } from '../finn/dialect/read.ts';
import { writeHardwareGraph } from '../finn/dialect/write.ts';
import type { HardwareGraph } from '../finn/graph.ts';
import { nodeOf } from '../finn/ops/index.ts';
import { cuttableAfter } from '../finn/split/articulation.ts';
import { exceeded, resourceKinds, usable, type Board, type Limits } from '../finn/split/board.ts';
import { describeSubmodel, type SubmodelDescription } from '../finn/split/describe.ts';
import { walkGreedily } from '../finn/split/greedy.ts';
import { submodelId } from '../finn/split/identity.ts';
import { manualCuts } from '../finn/split/manual.ts';
import { cutGraph, type Submodel } from '../finn/split/submodel.ts';
import { Refusal } from '../onnx/refusal.ts';
import { refusing } from './outcome.ts';

/**
 * Cuts the folded `in/model/dataflow.onnx` by params.strategy, `manual` (params.cuts) or `greedy` (params.boards,
 * params.limits). Writes `out/submodels/` (manifest.json and one directory per id), `out/names/names.json` with the
 * original node names, and `out/report/split.json`. Warns where a part does not fit the board it is meant for.
 */
export const split: Builtin = (job) =>
  refusing(async () => {
    const params = fieldsOf(job.params, 'the parameters of split', 'builtin/bad-job');
    const target = params.object('target');
    const boards = params.objects('boards').map(boardOf);
    const limits = limitsOf(params);
    const graph = readHardwareGraph(await readFile(join(job.inDir, 'model', 'dataflow.onnx')));
    const cuts = chooseCuts(graph, params, boards, limits);
    const parts = cutGraph(graph, cuts).map((submodel, position): Part => {
      const id = submodelId(submodel);
      const board = boards[position % boards.length];
      const description = describeSubmodel(submodel, id, target.text('part'));
      return { id, position, submodel, board, type: board?.type ?? target.text('board'), description };
    });
    await writeSubmodels(join(job.outDir, 'submodels'), parts);
    await writeJson(join(job.outDir, 'names'), 'names.json', parts.map(namesOf));
    await writeJson(join(job.outDir, 'report'), 'split.json', {
      format: 1,
      strategy: params.text('strategy'),
      limits,
      submodels: parts.map(reportOf),
    });
    const largest = parts
      .map(({ description }) => `${String(description.resources.BRAM_18K)} BRAM18`)
      .join(', ');
    const plural = parts.length === 1 ? '' : 's';
    return {
      ok: true,
      summary: `${String(parts.length)} submodel${plural}: ${largest}`,
      warnings: parts.flatMap((part) => overfull(part, limits)),
    };
  });

interface Part {
  readonly id: string;
  readonly position: number;
  readonly submodel: Submodel;
  /** The board whose turn it is; undefined where the cluster has none. */
  readonly board: Board | undefined;
  readonly type: string;
  readonly description: SubmodelDescription;
}

function chooseCuts(
  graph: HardwareGraph,
  params: Fields,
  boards: readonly Board[],
  limits: Limits,
): readonly number[] {
  const cuttable = cuttableAfter(graph);
  const strategy = params.text('strategy');
  switch (strategy) {
    case 'manual': {
      const cuts = params.has('cuts')
        ? params.objects('cuts').map((cut) => ({ after: cut.text('after') }))
        : [];
      return manualCuts(
        graph.nodes.map(({ name }) => name),
        cuttable,
        cuts,
      );
    }
    case 'greedy': {
      const part = params.object('target').text('part');
      const layers = graph.nodes.map((node, index) => {
        const { op, view } = nodeOf(graph, node);
        return { name: node.name, resources: op.resources(view, part), cuttable: cuttable[index]! };
      });
      return walkGreedily(layers, boards, limits);
    }
    default:
      throw new Refusal('split/unknown-strategy', `there is no strategy ${strategy}`, 'use manual or greedy');
  }
}

function boardOf(fields: Fields): Board {
  return {
    name: fields.text('name'),
    type: fields.text('type'),
    resources: amountsOf(fields.object('resources'), 0),
  };
}

function limitsOf(params: Fields): Limits {
  return amountsOf(
    params.has('limits') ? params.object('limits') : fieldsOf({}, 'no limits', 'builtin/bad-job'),
    1,
  );
}

function amountsOf(fields: Fields, absent: number): Limits {
  const amount = (kind: (typeof resourceKinds)[number]): number =>
    fields.has(kind) ? fields.amount(kind) : absent;
  return { LUT: amount('LUT'), BRAM_18K: amount('BRAM_18K'), URAM: amount('URAM'), DSP: amount('DSP') };
}

async function writeSubmodels(directory: string, parts: readonly Part[]): Promise<void> {
  for (const { id, submodel, description } of parts) {
    await writeJson(join(directory, id), 'submodel.json', description);
    await writeFile(join(directory, id, 'submodel.onnx'), writeHardwareGraph(submodel.graph));
  }
  await writeJson(
    directory,
    'manifest.json',
    parts.map(({ id, position, type }) => ({ id, position, board: type })),
  );
}

function namesOf({ id, position, submodel }: Part): object {
  return { id, position, nodes: submodel.names };
}

function reportOf({ id, position, submodel, board, type, description }: Part): object {
  const { resources, cycles } = description;
  return {
    position,
    id,
    first: submodel.names[0]![1],
    last: submodel.names.at(-1)![1],
    resources,
    cycles: { max: cycles.max, total: cycles.total },
    board: type,
    share: board === undefined ? null : shareOf(resources, board),
  };
}

/** The part of a board that is used; null for what the board has none of. */
function shareOf(used: SubmodelDescription['resources'], { resources }: Board): object {
  return Object.fromEntries(
    resourceKinds.map((kind) => [kind, resources[kind] === 0 ? null : used[kind] / resources[kind]]),
  );
}

function overfull({ position, board, submodel, description }: Part, limits: Limits): readonly Diagnostic[] {
  if (board === undefined) return [];
  const available = usable(board, limits);
  const [first, last] = [submodel.names[0]![1], submodel.names.at(-1)![1]];
  return exceeded(description.resources, available).map((kind) => ({
    code: 'split/over-budget',
    severity: 'warning',
    message: `submodel ${String(position)} (${first} to ${last}) needs ${String(description.resources[kind])} ${kind}, but ${board.name} (${board.type}) has ${String(Math.floor(available[kind]))} to give`,
    hint: 'cut elsewhere or fold its layers differently',
  }));
}

async function writeJson(directory: string, name: string, value: unknown): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, name), `${JSON.stringify(value, null, 2)}\n`);
}
