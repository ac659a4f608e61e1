import { join } from 'node:path';
import type { Work } from '../../../core/contracts/types.ts';
import { success } from '../../../base/result.ts';
import { hardwareGraphPieces } from '../../../finn/dialect/write.ts';
import { writeInto } from '../../shared/files.ts';
import { writeHost } from '../../shared/host.ts';
import { writeOriginal } from '../../shared/original.ts';
import { refusing } from '../../shared/refusing.ts';
import { readNetwork } from '../read-network.ts';
import { lowerNetwork } from './lower-network.ts';
import type { PreprocessJob } from './params.ts';

/**
 * Tidies and lowers `in/model/model.onnx` (QONNX) for `params.part` to `out/model/dataflow.onnx`, with the host part in
 * `out/host/host.json`. `params.specialize` is the parsed file of implementation choices, or null; `params.preset` and
 * `params.standalone_thresholds` correspond to FINN's settings.
 */
export const preprocess: Work<PreprocessJob> = (job) =>
  refusing(async () => {
    const { params, outDir, log } = job;
    const original = await readNetwork(job);
    const { lowered, warnings } = lowerNetwork(original, params);
    const { graph, host, quantisers } = lowered;
    await writeInto(join(outDir, 'model'), 'dataflow.onnx', hardwareGraphPieces(graph));
    await writeHost(join(outDir, 'host'), host);
    await writeOriginal(join(outDir, 'original'), original, quantisers);
    for (const node of graph.nodes) log(node.name);
    return success({ summary: `${graph.nodes.length} hardware layers`, warnings });
  });
