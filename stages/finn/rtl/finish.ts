import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, warning } from '../../../base/diagnostic.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { failure, success } from '../../../base/result.ts';
import { counted } from '../../../base/text.ts';
import type { Work } from '../../../core/contracts/types.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeJson } from '../../shared/files.ts';
import { finishing } from '../outcome.ts';
import type { Disagreement } from './compare.ts';
import { disagreementOf } from './compare.ts';
import { readWords } from './files.ts';
import type { RtlJob } from './params.ts';
import { graphOf, readSegments } from './segment.ts';
import type { Segment } from './segment.ts';

/**
 * Compares what simulate.py wrote to `out/raw/` with our executor and our cycle model. Writes `out/report/rtl.json`; fails at
 * the first segment with a wrong word. A word that left in another cycle is a warning: the hardware is right, the model not.
 */
export const finishRtl: Work<RtlJob> = (job) =>
  finishing(job, async () => {
    const { images, queue, target } = job.params;
    const graph = readHardwareGraph(await readFile(join(job.inDir, 'submodel', 'submodel.onnx')));
    const raw = join(job.outDir, 'raw');
    const { segments, leftOut } = readSegments(await readFile(join(raw, 'segments.json'), 'utf8'));
    const warnings: Diagnostic[] = [];
    const rows: object[] = [];
    for (const [index, segment] of segments.entries()) {
      const words = readWords(join(raw, `${index}`));
      const alone = graphOf(graph, segment);
      const found = disagreementOf({ graph: alone, segment, images, part: target.part, queue }, words);
      if (found?.type === 'value') return failure(wrongWord(segment, found));
      if (found !== null) warnings.push(otherCycle(segment, found));
      const { nodes, stalls, depths } = segment;
      rows.push({ nodes, stalls, depths, words: words.cycles.length, cycles: words.cycles.at(-1) ?? 0 });
    }
    await writeJson(join(job.outDir, 'report'), 'rtl.json', { format: 1, images, segments: rows, leftOut });
    const count = segments.reduce((sum, { nodes }) => sum + nodes.length, 0);
    const others = leftOut.length === 0 ? '' : `; ${counted(leftOut.length, 'HLS layer')} not simulated`;
    return success({ summary: `${counted(count, 'RTL layer')} equal in simulation${others}`, warnings });
  });

function wrongWord(
  { nodes, stalls }: Segment,
  { word, found, wanted }: Extract<Disagreement, { readonly type: 'value' }>,
): Diagnostic {
  const is = found === null ? 'did not come out' : `is ${found}`;
  return problem(
    'verify/rtl-mismatch',
    `word ${word} behind ${nodes.at(-1) ?? ''} ${is} instead of ${wanted}`,
    {
      hint: 'the hardware would compute something else than the software: please report it',
      detail: `simulated: ${nodes.join(', ')}, with pauses in ${stalls} % of the cycles`,
    },
  );
}

function otherCycle(
  { nodes }: Segment,
  { word, found, wanted }: Extract<Disagreement, { readonly type: 'cycle' }>,
): Diagnostic {
  const [is, was] = [found, wanted].map((cycle) => (cycle === null ? 'never' : `in cycle ${cycle}`));
  return warning(
    'verify/rtl-cycles',
    `word ${word} leaves ${nodes.at(-1) ?? ''} ${is ?? ''}, by the cycle model ${was ?? ''}: pace and latency of this submodel are off`,
    { hint: 'its results are right; please report it' },
  );
}
