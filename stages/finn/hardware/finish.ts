import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseFields } from '../../../base/fields.ts';
import { success } from '../../../base/result.ts';
import type { Work } from '../../../core/contracts/types.ts';
import { writeJson } from '../../shared/files.ts';
import { finishing } from '../outcome.ts';

/** Adds to FINN's output in `out/hardware/` the submodel's description and FINN's version, which the later steps need. */
export const finishHardware: Work = (job) =>
  finishing(job, async (versions) => {
    await copyFile(
      join(job.inDir, 'submodel', 'submodel.json'),
      join(job.outDir, 'hardware', 'submodel.json'),
    );
    await writeJson(join(job.outDir, 'hardware'), 'versions.json', { finn: versions['finn-plus'] ?? null });
    const text = await readFile(join(job.outDir, 'report', 'hls.json'), 'utf8');
    const layers = parseFields(text, 'hls.json', 'hardware/bad-report');
    return success({
      summary: `IP of ${layers.count('hls')} HLS and ${layers.count('rtl')} RTL layers`,
    });
  });
