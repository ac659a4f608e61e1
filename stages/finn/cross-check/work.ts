import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Builtin } from '../../../core/contracts/types.ts';
import { firstDifference } from '../../../finn/dialect/compare.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeJson } from '../../shared/files.ts';
import { refusing } from '../../shared/refusing.ts';

/**
 * Compares the folded graph of the embedded front end, `in/ours/dataflow.onnx`, with FINN's, `in/finns/dataflow.onnx`. Fails
 * with the first node and attribute that differ; writes `out/report/cross-check.json`.
 */
export const crossCheck: Builtin = (job) =>
  refusing(async () => {
    const [ours, finns] = await Promise.all(
      ['ours', 'finns'].map(async (port) =>
        readHardwareGraph(await readFile(join(job.inDir, port, 'dataflow.onnx'))),
      ),
    );
    const difference = firstDifference(ours!, finns!);
    if (difference !== null) {
      const { node, what, first, second } = difference;
      return {
        ok: false,
        diagnostics: [
          {
            code: 'cross-check/different',
            severity: 'error',
            message: `${node}: ${what} is ${first} by the embedded front end, but ${second} by FINN`,
            hint: 'build with toolchain: {frontend: finn} and report this; nothing has been synthesised yet',
          },
        ],
      };
    }
    await writeJson(join(job.outDir, 'report'), 'cross-check.json', { format: 1, nodes: ours!.nodes.length });
    return { ok: true, summary: `${ours!.nodes.length} nodes as FINN makes them` };
  });
