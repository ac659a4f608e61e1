import { attempt } from '../../../base/refusal.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import { lower } from '../../../finn/lower/lower.ts';
import { narrowAccumulators } from '../../../finn/minimise/binary-accumulator.ts';
import { readModel } from '../../../onnx/read.ts';
import { writeModel } from '../../../onnx/write.ts';
import { runHost } from '../../../stages/shared/host.ts';
import type { Exported } from '../../integration/rig/networks/exported/index.ts';
import { seeded } from '../seeded.ts';
import type { Agreement } from './agreements.ts';
import { agreementsOf, images } from './agreements.ts';
import { withScores } from './compare.ts';
import { foldAndCut, target } from './fold-and-cut.ts';

/** What becomes of a network. */
export type Verdict =
  | { readonly type: 'refused'; readonly code: string; readonly message: string }
  | {
      readonly type: 'taken';
      readonly agreements: readonly Agreement[];
      /** The codes with which foldings of the hardware are refused. */
      readonly unfolded: readonly string[];
    }
  | { readonly type: 'wrong'; readonly what: string };

/**
 * Lowers a network as files and holds what its parts compute for some images against what the network computes; then folds
 * and cuts it. One that chooses the largest scores is also judged by these. Throws where the program does.
 */
export function judged(exported: Exported, seed: number): Verdict {
  const verdict = judgedBySelf(exported, seed);
  const scores = withScores(exported.model);
  if (verdict.type !== 'taken' || scores === null) return verdict;
  const other = judgedBySelf({ ...exported, model: scores }, seed);
  if (other.type === 'refused') return { type: 'wrong', what: `without its choice: ${other.message}` };
  if (other.type === 'wrong') return other;
  return { ...verdict, agreements: [...verdict.agreements, ...other.agreements] };
}

function judgedBySelf(exported: Exported, seed: number): Verdict {
  const { model, preset, isFloat, input } = exported;
  const lowered = attempt(() =>
    lower(tidy(readModel(writeModel(model))).model, target.part, null, preset === null ? {} : { preset }),
  );
  if (!lowered.ok) {
    const { code, message } = lowered.diagnostics[0]!;
    return { type: 'refused', code, message };
  }
  if (isFloat) return { type: 'wrong', what: 'is taken, but its hardware has to compute with floats' };
  const graph = readHardwareGraph(writeHardwareGraph(lowered.value.graph));
  const { part, before, after } = lowered.value.host;
  const models = { part, before: readModel(writeModel(before)), after: readModel(writeModel(after)) };
  const agreements = agreementsOf(exported, graph, models);
  const different = agreements.find(({ difference }) => difference !== null);
  if (different?.difference !== undefined && different.difference !== null)
    return { type: 'wrong', what: different.difference };
  // Between the boards such sums would not fit into their type.
  if (narrowAccumulators(graph).length > 0) return { type: 'taken', agreements, unfolded: [] };
  const host = runHost(models);
  const inputs = images.map((image) => host.toBoards(input(image)));
  const random = seeded(seed + 1);
  random();
  return { type: 'taken', agreements, unfolded: foldAndCut(graph, inputs, random) };
}
