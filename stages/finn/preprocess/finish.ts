import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { success } from '../../../base/result.ts';
import type { Work } from '../../../core/contracts/types.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { hardwareGraphPieces } from '../../../finn/dialect/write.ts';
import { hostOfParent } from '../../../finn/host/of-parent.ts';
import { readModel } from '../../../onnx/read.ts';
import { modelPieces } from '../../../onnx/write.ts';
import { writeInto, writeJson } from '../../shared/files.ts';
import { finishing } from '../outcome.ts';

/**
 * Makes the artifacts of preprocess from FINN's output in `out/raw/`: its hardware graph (dataflow.onnx) in our canonical
 * form, and out of the graph around it (parent.onnx) host.json, before.onnx and after.onnx.
 */
export const finishPreprocess: Work = (job) =>
  finishing(job, async () => {
    const raw = join(job.outDir, 'raw');
    const graph = readHardwareGraph(await readFile(join(raw, 'dataflow.onnx')));
    const { part, before, after } = hostOfParent(readModel(await readFile(join(raw, 'parent.onnx'))), graph);
    const host = join(job.outDir, 'host');
    await writeInto(join(job.outDir, 'model'), 'dataflow.onnx', hardwareGraphPieces(graph));
    await writeJson(host, 'host.json', part);
    await writeInto(host, 'before.onnx', modelPieces(before));
    await writeInto(host, 'after.onnx', modelPieces(after));
    return success({ summary: `${graph.nodes.length} hardware layers, by FINN` });
  });
