import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { failure, success } from '../../base/result.ts';
import { counted } from '../../base/text.ts';
import type { Work } from '../../core/contracts/types.ts';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import { prepare } from '../../finn/execute/run.ts';
import type { Pair } from '../../finn/original/compare.ts';
import { compareWithOriginal } from '../../finn/original/compare.ts';
import type { OnnxTensor } from '../../onnx/model.ts';
import { readModel } from '../../onnx/read.ts';
import type { Network } from '../../qonnx/network.ts';
import { prepareNetwork } from '../../qonnx/network.ts';
import { writeJson } from '../shared/files.ts';
import type { Host } from '../shared/host.ts';
import { openHost } from '../shared/host.ts';
import { readImages } from '../shared/images.ts';
import { readQuantisers } from '../shared/original.ts';
import { refusing } from '../shared/refusing.ts';
import { differenceOf } from './outputs.ts';
import type { OriginalJob } from './params.ts';

/**
 * Executes `in/original/model.onnx`, the user's network, and `in/whole/dataflow.onnx`, the hardware made of it, on the first
 * `params.count` images of `in/inputs/images.npy`, and compares every quantised value and the outputs. Writes
 * `out/report/original.json`; fails at the first difference that is not rounding.
 */
export const original: Work<OriginalJob> = (job) =>
  refusing(async () => {
    const { params, inDir, outDir } = job;
    const host = await openHost(join(inDir, 'host'));
    const images = await readImages(job, host.part.input, params.count);
    const pair: Pair = {
      original: prepareNetwork(readModel(await readFile(join(inDir, 'original', 'model.onnx')))),
      boards: prepare(readHardwareGraph(await readFile(join(inDir, 'whole', 'dataflow.onnx')))),
      quantisers: await readQuantisers(join(inDir, 'original')),
    };
    let rounded = 0;
    for (const [index, image] of images.entries()) {
      const found = compared(pair, host, image);
      if (typeof found === 'string') return failure(different(`image ${index}: ${found}`));
      rounded += found;
    }
    await writeJson(join(outDir, 'report'), 'original.json', {
      format: 1,
      images: images.length,
      quantisers: pair.quantisers.size,
      rounded,
    });
    const besides = rounded === 0 ? '' : `, besides ${counted(rounded, 'value')} rounded otherwise`;
    return success({ summary: `${counted(images.length, 'image')} as by the original network${besides}` });
  });

/** The number of values that were rounded otherwise, or what differs. */
function compared(pair: Pair, host: Host, image: OnnxTensor): number | string {
  const comparison = compareWithOriginal(pair, asOfOriginal(pair.original, image), host.toBoards(image));
  const { difference, rounded } = comparison;
  if (difference !== null)
    return `${difference.layer} makes other values than the quantiser ${difference.quantiser}, first at element ${difference.place}`;
  const outputs = differenceOf(host.fromBoards(comparison.returned), host.part.outputs, comparison);
  return typeof outputs === 'string' ? outputs : rounded + outputs;
}

/** Networks of doubles keep their input's type; any other is fed floats of 32 bits. */
function asOfOriginal({ inputs }: Network, { shape, values }: OnnxTensor): OnnxTensor {
  return inputs[0]?.elementType === 'float64'
    ? { elementType: 'float64', shape, values: Float64Array.from(values, Number) }
    : { elementType: 'float32', shape, values: Float32Array.from(values, Number) };
}

function different(message: string): Diagnostic {
  return problem('verify/not-the-original', message, {
    hint: 'the network was lowered to something else; report it with the model, and build nothing of it',
  });
}
