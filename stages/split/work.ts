import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { success } from '../../base/result.ts';
import type { Work } from '../../core/contracts/types.ts';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import { hardwareGraphPieces } from '../../finn/dialect/write.ts';
import { cuttableAfter } from '../../finn/split/articulation.ts';
import type { Limits } from '../../finn/split/board.ts';
import { writeInto, writeJson } from '../shared/files.ts';
import { refusing } from '../shared/refusing.ts';
import { keepCuts } from './keep-cuts.ts';
import { overheadsIn } from './overheads.ts';
import type { SubmodelNames } from './names.ts';
import type { SplitJob } from './params.ts';
import type { Part } from './part.ts';
import { partsOf } from './part.ts';
import type { Question } from './question.ts';
import { offer, overfull, reportOf, summaryOf } from './report.ts';
import type { Strategy } from './strategies.ts';
import { strategies } from './strategies.ts';

/**
 * Cuts the folded `in/model/dataflow.onnx` by the strategy. Writes
 *
 * - `out/submodels/`: manifest.json and one folder per id,
 * - `out/names/names.json`: the original names of the nodes,
 * - `out/report/split.json`,
 * - `out/lock/lock.json` if the strategy is sticky: the decision.
 *
 * With modelled overheads, cuts, shares and warnings include what FINN's estimates leave out; the report lists that separately.
 * Warns if a part does not fit the board it is meant for.
 */
export const split: Work<SplitJob> = ({ params, inDir, outDir }) =>
  refusing(async () => {
    const { limits, target } = params;
    const question = await questionOf(params, inDir);
    const strategy: Strategy = strategies[params.strategy];
    const own = await strategy.cuts(question);
    const { cuts, fewer } = strategy.isSticky ? keepCuts(question, own) : { cuts: own, fewer: null };
    const parts = partsOf(question, cuts, target.board);
    await writeSubmodels(join(outDir, 'submodels'), parts);
    await writeJson(
      join(outDir, 'names'),
      'names.json',
      parts.map(({ id, position, submodel }): SubmodelNames => ({ id, position, nodes: submodel.names })),
    );
    await writeJson(join(outDir, 'report'), 'split.json', {
      format: 1,
      strategy: params.strategy,
      limits: amountsOf(limits, 1),
      ...(question.overhead === null ? {} : { overheads: 'modelled' }),
      submodels: parts.map(reportOf),
    });
    if (strategy.isSticky) await writeJson(join(outDir, 'lock'), 'lock.json', { pieces: parts.map(pieceOf) });
    return success({
      summary: summaryOf(parts),
      warnings: [
        ...parts.flatMap((part) => overfull(part, question.limits)),
        ...(fewer === null ? [] : [offer(parts, fewer)]),
      ],
    });
  });

async function questionOf(
  { cuts, limits, overheads, lock, boards, target }: SplitJob,
  inDir: string,
): Promise<Question> {
  const graph = readHardwareGraph(await readFile(join(inDir, 'model', 'dataflow.onnx')));
  return {
    graph,
    cuttable: cuttableAfter(graph),
    after: cuts.map(({ after }) => after),
    boards: boards.map(({ name, type, resources }) => ({ name, type, resources: amountsOf(resources, 0) })),
    limits: amountsOf(limits, 1),
    part: target.part,
    overhead: overheads === undefined ? null : overheadsIn(graph),
    lock: lock ?? null,
  };
}

function amountsOf(amounts: { readonly [resource: string]: number }, absent: number): Limits {
  const { LUT = absent, BRAM_18K = absent, URAM = absent, DSP = absent } = amounts;
  return { LUT, BRAM_18K, URAM, DSP };
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

/** The entry of a part in pipeline.lock. */
function pieceOf({ id, first, last, type }: Part): object {
  return { first, last, id, board: type };
}
