import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { success } from '../../../base/result.ts';
import { counted } from '../../../base/text.ts';
import type { Work } from '../../../core/contracts/types.ts';
import { readModel } from '../../../onnx/read.ts';
import { modelPieces } from '../../../onnx/write.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import { writeInto } from '../../shared/files.ts';
import { refusing } from '../../shared/refusing.ts';
import { unusedLayer } from '../unused-layer.ts';

/** Tidies `in/model/model.onnx` into `out/model/model.onnx`, and keeps the user's file beside it as original.onnx. */
export const tidyNetwork: Work = ({ inDir, outDir }) =>
  refusing(async () => {
    const file = join(inDir, 'model', 'model.onnx');
    const { model, dropped } = tidy(readModel(await readFile(file)));
    const made = join(outDir, 'model');
    await writeInto(made, 'model.onnx', modelPieces(model));
    await copyFile(file, join(made, 'original.onnx'));
    return success({
      summary: counted(model.graph.nodes.length, 'node'),
      warnings: dropped.map(unusedLayer),
    });
  });
