import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseFields } from '../../../base/fields.ts';
import { success } from '../../../base/result.ts';
import type { Work } from '../../../core/contracts/types.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { prepare } from '../../../finn/execute/run.ts';
import { depthsFile } from '../../../boards/emulated/time.ts';
import { describeBitstream } from '../bitstream.ts';
import { writeInto, writeJson } from '../../shared/files.ts';
import { refusing } from '../../shared/refusing.ts';
import type { BuildJob } from './params.ts';

/**
 * "Builds" a submodel for the emulated board: reads `in/submodel/` (submodel.onnx, submodel.json) and writes
 * `out/bitstreams/` (bitstream.json, model.onnx, and depths.json if the depths of its FIFOs are an input). Refuses a submodel that could not be executed.
 */
export const buildEmulated: Work<BuildJob> = ({ params: { target }, inDir, outDir }) =>
  refusing(async () => {
    const model = await readFile(join(inDir, 'submodel', 'submodel.onnx'));
    const text = await readFile(join(inDir, 'submodel', 'submodel.json'), 'utf8');
    const submodel = parseFields(text, 'submodel.json', 'build/bad-submodel');
    // Reports a layer that cannot be executed now, before the package is loaded.
    prepare(readHardwareGraph(model));

    const resources = submodel.object('resources');
    const bitstream = {
      format: 1,
      emulated: true,
      ...describeBitstream(submodel, target),
      resources: Object.fromEntries(resources.names().map((name) => [name, resources.amount(name)])),
    };
    const directory = join(outDir, 'bitstreams');
    await writeJson(directory, 'bitstream.json', bitstream);
    await writeInto(directory, 'model.onnx', [model]);
    const depths = join(inDir, 'depths', depthsFile);
    if (existsSync(depths)) await writeInto(directory, depthsFile, [await readFile(depths)]);
    const layers = Object.keys(bitstream.cycles.perNode).length;
    return success({ emulated: true, summary: `EMULATED: an executable model of ${layers} layers` });
  });
