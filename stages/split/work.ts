import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { success } from '../../base/result.ts';
import type { Work } from '../../core/contracts/types.ts';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import { hardwareGraphPieces } from '../../finn/dialect/write.ts';
import type { ResourceModel } from '../../finn/synthesis/layer.ts';
import { writeInto, writeJson } from '../shared/files.ts';
import { refusing } from '../shared/refusing.ts';
import { amountsOf, questionOf } from './ask.ts';
import { keepCuts } from './keep-cuts.ts';
import type { SubmodelNames } from './names.ts';
import type { SplitJob } from './params.ts';
import type { Part } from './part.ts';
import { partsOf } from './part.ts';
import { differing, offer, overfull, reportOf, summaryOf, uncounted } from './report.ts';
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
 * Cuts, shares and warnings count by the model that decides. With modelled overheads they include what layers leave out; the
 * report lists that separately. Warns if a part does not fit the board it is meant for, or fits by one model only.
 */
export const split: Work<SplitJob> = ({ params, inDir, outDir }) =>
  refusing(async () => {
    const { limits, overheads, target } = params;
    const graph = readHardwareGraph(await readFile(join(inDir, 'model', 'dataflow.onnx')));
    const question = questionOf(params, graph);
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
      limits: countedAmounts(limits, question.model),
      ...(overheads === undefined ? {} : { overheads }),
      ...(question.model === 'rtl' ? { model: question.model } : {}),
      submodels: parts.map((part) => reportOf(part, question.model)),
    });
    if (strategy.isSticky) await writeJson(join(outDir, 'lock'), 'lock.json', { pieces: parts.map(pieceOf) });
    return success({
      summary: summaryOf(parts),
      warnings: [
        ...uncounted(limits, question.model),
        ...parts.flatMap((part) => [...overfull(part, question.limits), ...differing(part, question.limits)]),
        ...(fewer === null ? [] : [offer(parts, fewer)]),
      ],
    });
  });

function countedAmounts(limits: { readonly [resource: string]: number }, model: ResourceModel): object {
  const { LUT, BRAM_18K, URAM, DSP, FF } = amountsOf(limits, 1);
  return model === 'rtl' ? { LUT, BRAM_18K, URAM, DSP, FF } : { LUT, BRAM_18K, URAM, DSP };
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
