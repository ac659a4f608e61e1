import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldsOf, parseFields } from '../../../base/fields.ts';
import { parseBoundary, parseCycles } from '../../../boards/package/format.ts';
import type { Builtin } from '../../../core/contracts/types.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { prepare } from '../../../finn/execute/run.ts';
import { writeInto, writeJson } from '../../shared/files.ts';
import { refusing } from '../../shared/refusing.ts';

/**
 * "Builds" a submodel for the emulated board: reads `in/submodel/` (submodel.onnx, submodel.json) and writes
 * `out/bitstreams/` (bitstream.json, model.onnx). Refuses a submodel that could not be executed.
 */
export const buildEmulated: Builtin = (job) =>
  refusing(async () => {
    const target = fieldsOf(job.params, 'the parameters of the build', 'builtin/bad-job').object('target');
    const model = await readFile(join(job.inDir, 'submodel', 'submodel.onnx'));
    const text = await readFile(join(job.inDir, 'submodel', 'submodel.json'), 'utf8');
    const submodel = parseFields(text, 'submodel.json', 'build/bad-submodel');
    // A layer that cannot be executed is told now and not when the package is loaded.
    prepare(readHardwareGraph(model));

    const resources = submodel.object('resources');
    const bitstream = {
      format: 1,
      emulated: true,
      submodel: submodel.text('id'),
      board: target.text('board'),
      part: target.text('part'),
      clockMHz: target.amount('clockMHz'),
      input: parseBoundary(submodel.object('input')),
      output: parseBoundary(submodel.object('output')),
      cycles: parseCycles(submodel.object('cycles')),
      resources: Object.fromEntries(resources.names().map((name) => [name, resources.amount(name)])),
    };
    const directory = join(job.outDir, 'bitstreams');
    await writeJson(directory, 'bitstream.json', bitstream);
    await writeInto(directory, 'model.onnx', [model]);
    const milliseconds = bitstream.cycles.total / (bitstream.clockMHz * 1000);
    return {
      ok: true,
      emulated: true,
      summary: `EMULATED: ${bitstream.cycles.total} cycles (${milliseconds.toFixed(3)} ms) for an image`,
    };
  });
