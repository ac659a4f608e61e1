import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { success } from '../../../base/result.ts';
import type { Work } from '../../../core/contracts/types.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { hardwareGraphPieces } from '../../../finn/dialect/write.ts';
import { hostOfParent } from '../../../finn/host/of-parent.ts';
import { quantisersOf } from '../../../finn/original/by-structure.ts';
import { behindFront } from '../../../finn/host/behind-front.ts';
import { readModel } from '../../../onnx/read.ts';
import { writeInto } from '../../shared/files.ts';
import { writeHost } from '../../shared/host.ts';
import { writeOriginal } from '../../shared/original.ts';
import { finishing } from '../outcome.ts';
import type { LowerJob } from './params.ts';

/**
 * Makes the artifacts of preprocess from FINN's output in `out/raw/`: its hardware graph (dataflow.onnx) in our canonical
 * form, and out of the graph around it (parent.onnx) host.json, before.onnx and after.onnx.
 */
export const finishPreprocess: Work<LowerJob> = (job) =>
  finishing(job, async () => {
    const raw = join(job.outDir, 'raw');
    const network = join(job.inDir, 'model');
    const graph = readHardwareGraph(await readFile(join(raw, 'dataflow.onnx')));
    const front = readModel(await readFile(join(network, 'front.onnx')));
    const host = behindFront(front, hostOfParent(readModel(await readFile(join(raw, 'parent.onnx'))), graph));
    await writeInto(join(job.outDir, 'model'), 'dataflow.onnx', hardwareGraphPieces(graph));
    await writeHost(join(job.outDir, 'host'), host);
    const tidy = readModel(await readFile(join(network, 'model.onnx')));
    const original = readModel(await readFile(join(network, 'original.onnx')));
    const { part, preset, steps, standalone_thresholds } = job.params;
    const quantisers =
      steps === null
        ? quantisersOf(tidy, graph, part, {
            ...(preset === null ? {} : { preset }),
            standaloneThresholds: standalone_thresholds,
          })
        : new Map<string, string>();
    await writeOriginal(join(job.outDir, 'original'), original, quantisers);
    return success({ summary: `${graph.nodes.length} hardware layers, by FINN` });
  });
