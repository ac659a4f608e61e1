import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { failure, success } from '../../base/result.ts';
import { counted } from '../../base/text.ts';
import type { Work } from '../../core/contracts/types.ts';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import type { Executor } from '../../finn/execute/run.ts';
import { prepare, run } from '../../finn/execute/run.ts';
import { prepareChain, runChain } from '../../finn/split/chain.ts';
import type { IntegerTensor } from '../../finn/tensor.ts';
import { sameTensor } from '../../finn/tensor.ts';
import { writeJson } from '../shared/files.ts';
import { openHost } from '../shared/host.ts';
import { readImages } from '../shared/images.ts';
import { refusing } from '../shared/refusing.ts';
import type { VerifyJob } from './params.ts';

/**
 * Executes `in/whole/dataflow.onnx` and the chain of submodels in `in/parts/` on `in/inputs/images.npy` (the first
 * params.count) and compares the output of every node. Writes `out/report/verify.json`; fails at the first difference.
 */
export const verify: Work<VerifyJob> = (job) =>
  refusing(async () => {
    const { params, inDir, outDir } = job;
    const host = await openHost(join(inDir, 'host'));
    const images = await readImages(job, host.part.input, params.count);
    const whole = prepare(readHardwareGraph(await readFile(join(inDir, 'whole', 'dataflow.onnx'))));
    const chain = prepareChain(await readParts(join(inDir, 'parts')));
    for (const [index, image] of images.entries()) {
      const difference = compare(whole, chain, host.toBoards(image), index);
      if (difference !== null) return failure(difference);
    }
    await writeJson(join(outDir, 'report'), 'verify.json', {
      format: 1,
      images: images.length,
      equal: images.length,
      nodes: whole.steps.length,
      submodels: chain.length,
    });
    return success({ summary: `${counted(images.length, 'image')} equal` });
  });

async function readParts(directory: string): Promise<readonly ReturnType<typeof readHardwareGraph>[]> {
  const manifest = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as readonly {
    readonly id: string;
  }[];
  return Promise.all(
    manifest.map(async ({ id }) => readHardwareGraph(await readFile(join(directory, id, 'submodel.onnx')))),
  );
}

/** The first node whose outputs differ; the parts have the nodes of the whole network, in its order. */
function compare(
  whole: Executor,
  chain: readonly Executor[],
  image: IntegerTensor,
  index: number,
): Diagnostic | null {
  const expected: { readonly name: string; readonly output: IntegerTensor }[] = [];
  run(whole, image, ({ name }, output) => expected.push({ name, output }));
  const differences: string[] = [];
  let seen = 0;
  runChain(chain, image, ({ name }, output, position) => {
    const original = expected[seen];
    seen += 1;
    if (original === undefined)
      differences.push(`submodel ${position} has a node ${name}, which the whole network does not`);
    else if (!sameTensor(original.output, output))
      differences.push(
        `image ${index}: ${original.name} has a different result as ${name} in submodel ${position}`,
      );
  });
  if (seen < expected.length)
    differences.push(`the submodels have ${seen} nodes, the whole network has ${expected.length}`);
  const [first] = differences;
  return first === undefined ? null : mismatch(first);
}

function mismatch(message: string): Diagnostic {
  return problem('verify/mismatch', message, {
    hint: 'the submodels do not belong to this network; run split again',
  });
}
