import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fields } from '../../base/fields.ts';
import { fieldsOf } from '../../base/fields.ts';
import type { Builtin } from '../../core/contracts/types.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import { hardwareGraphPieces } from '../../finn/dialect/write.ts';
import type { Resources } from '../../finn/ops/op.ts';
import type { Overheads } from '../../finn/overheads/overheads.ts';
import type { Board, Limits } from '../../finn/split/board.ts';
import { exceeded, resourceKinds, sumResources, usable } from '../../finn/split/board.ts';
import type { SubmodelDescription } from '../../finn/split/describe.ts';
import { describeSubmodel } from '../../finn/split/describe.ts';
import { submodelId } from '../../finn/split/identity.ts';
import type { Submodel } from '../../finn/split/submodel.ts';
import { cutGraph } from '../../finn/split/submodel.ts';
import { writeInto, writeJson } from '../shared/files.ts';
import { refusing } from '../shared/refusing.ts';
import { chooseCuts, overheadModel, platformOf } from './cuts.ts';

/**
 * Cuts the folded `in/model/dataflow.onnx` by params.strategy, `manual` (params.cuts) or `greedy` (params.boards,
 * params.limits), the latter by what params.lock says was built last. Writes `out/submodels/` (manifest.json and one directory per id), `out/names/names.json` with the
 * original node names, and `out/report/split.json`. With params.overheads `modelled` cuts, shares and warnings count what
 * FINN's estimates leave out, which stands apart in the report. Warns where a part does not fit the board it is meant for.
 */
export const split: Builtin = (job) =>
  refusing(async () => {
    const params = fieldsOf(job.params, 'the parameters of split', 'builtin/bad-job');
    const target = params.object('target');
    const boards = params.objects('boards').map(boardOf);
    const limits = limitsOf(params);
    const graph = readHardwareGraph(await readFile(join(job.inDir, 'model', 'dataflow.onnx')));
    const overhead = overheadModel(graph, params);
    const { cuts, fewer } = chooseCuts(graph, params, boards, limits, overhead);
    const parts = cutGraph(graph, cuts).map((submodel, position): Part => {
      const id = submodelId(submodel);
      const board = boards[position % boards.length];
      const type = board?.type ?? target.text('board');
      const description = describeSubmodel(submodel, id, target.text('part'));
      const first = position === 0 ? 0 : cuts[position - 1]! + 1;
      const last = cuts[position] ?? graph.nodes.length - 1;
      const besides = overhead === null ? null : overhead(first, last, platformOf(type));
      const needed = sumResources([description.resources, ...(besides === null ? [] : [besides.total])]);
      return { id, position, submodel, board, type, description, overhead: besides, needed };
    });
    await writeSubmodels(join(job.outDir, 'submodels'), parts);
    await writeJson(join(job.outDir, 'names'), 'names.json', parts.map(namesOf));
    await writeJson(join(job.outDir, 'report'), 'split.json', {
      format: 1,
      strategy: params.text('strategy'),
      limits,
      ...(overhead === null ? {} : { overheads: 'modelled' }),
      submodels: parts.map(reportOf),
    });
    if (params.text('strategy') === 'greedy')
      await writeJson(join(job.outDir, 'lock'), 'lock.json', { pieces: parts.map(pieceOf) });
    const largest = parts.map(blocksOf).join(', ');
    const plural = parts.length === 1 ? '' : 's';
    return {
      ok: true,
      summary: `${parts.length} submodel${plural}: ${largest}`,
      warnings: [
        ...parts.flatMap((part) => overfull(part, limits)),
        ...(fewer === null ? [] : [offer(parts, fewer)]),
      ],
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
  /** Null where overheads are not modelled. */
  readonly overhead: Overheads | null;
  /** The layers' estimates with the overhead. */
  readonly needed: Resources;
}

function blocksOf({ description, overhead }: Part): string {
  const besides = overhead === null ? '' : `+${overhead.total.BRAM_18K}`;
  return `${description.resources.BRAM_18K}${besides} BRAM18`;
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
    await writeInto(join(directory, id), 'submodel.onnx', hardwareGraphPieces(submodel.graph));
  }
  await writeJson(
    directory,
    'manifest.json',
    parts.map(({ id, position, type }) => ({ id, position, board: type })),
  );
}

/** What pipeline.lock keeps of a part. */
function pieceOf({ id, submodel, type }: Part): object {
  return { first: submodel.names[0]![1], last: submodel.names.at(-1)![1], id, board: type };
}

function offer(parts: readonly Part[], fewer: number): Diagnostic {
  return {
    code: 'split/fewer-possible',
    severity: 'warning',
    message: `the cuts that were built last are kept, which makes ${parts.length} submodels; cut anew it would be ${fewer}`,
    hint: 'pipeline run --recut takes that, and builds what changes',
  };
}

function namesOf({ id, position, submodel }: Part): object {
  return { id, position, nodes: submodel.names };
}

function reportOf({ id, position, submodel, board, type, description, overhead, needed }: Part): object {
  const { resources, cycles } = description;
  return {
    position,
    id,
    first: submodel.names[0]![1],
    last: submodel.names.at(-1)![1],
    resources,
    ...(overhead === null ? {} : { overhead }),
    cycles: { max: cycles.max, total: cycles.total },
    board: type,
    share: board === undefined ? null : shareOf(needed, board),
  };
}

/** The part of a board that is used; null for what the board has none of. */
function shareOf(used: Resources, { resources }: Board): object {
  return Object.fromEntries(
    resourceKinds.map((kind) => [kind, resources[kind] === 0 ? null : used[kind] / resources[kind]]),
  );
}

function overfull(
  { position, board, submodel, overhead, needed }: Part,
  limits: Limits,
): readonly Diagnostic[] {
  if (board === undefined) return [];
  const available = usable(board, limits);
  const [first, last] = [submodel.names[0]![1], submodel.names.at(-1)![1]];
  return exceeded(needed, available).map((kind) => {
    const amount = overhead?.total[kind] ?? 0;
    const besides = amount === 0 ? '' : ` (${amount} of them overhead)`;
    return {
      code: 'split/over-budget',
      severity: 'warning',
      message: `submodel ${position} (${first} to ${last}) needs ${needed[kind]} ${kind}${besides}, but ${board.name} (${board.type}) has ${Math.floor(available[kind])} to give`,
      hint: 'cut elsewhere or fold its layers differently',
    };
  });
}
