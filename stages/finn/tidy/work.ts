import { join } from 'node:path';
import { success } from '../../../base/result.ts';
import { counted } from '../../../base/text.ts';
import type { Work } from '../../../core/contracts/types.ts';
import { modelPieces } from '../../../onnx/write.ts';
import { imageInput } from '../../../finn/ends/image-input.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import { writeInto } from '../../shared/files.ts';
import { refusing } from '../../shared/refusing.ts';
import { readNetwork } from '../read-network.ts';
import { unusedLayer } from '../unused-layer.ts';

/** Tidies `in/model/model.onnx` into `out/model/model.onnx`. Beside it are front.onnx, what makes its input of the user's, and
 * the user's network as it is, original.onnx. */
export const tidyNetwork: Work = (job) =>
  refusing(async () => {
    const original = await readNetwork(job);
    const { model, dropped } = tidy(original);
    // FINN fails on a Reshape in front of images of one column.
    const { front, rest } = imageInput(model);
    const made = join(job.outDir, 'model');
    await writeInto(made, 'model.onnx', modelPieces(rest));
    await writeInto(made, 'front.onnx', modelPieces(front));
    await writeInto(made, 'original.onnx', modelPieces(original));
    return success({
      summary: counted(model.graph.nodes.length, 'node'),
      warnings: dropped.map(unusedLayer),
    });
  });
