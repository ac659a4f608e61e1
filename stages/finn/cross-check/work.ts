import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../../base/refusal.ts';
import { success } from '../../../base/result.ts';
import type { Work } from '../../../core/contracts/types.ts';
import { firstDifference } from '../../../finn/dialect/compare.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeJson } from '../../shared/files.ts';
import { refusing } from '../../shared/refusing.ts';

/**
 * Compares the folded graph of the embedded front end, `in/ours/dataflow.onnx`, with FINN's, `in/finns/dataflow.onnx`. Fails
 * with the first node and attribute that differ; writes `out/report/cross-check.json`.
 */
export const crossCheck: Work = ({ inDir, outDir }) =>
  refusing(async () => {
    const graphOn = async (port: string) =>
      readHardwareGraph(await readFile(join(inDir, port, 'dataflow.onnx')));
    const [ours, finns] = [await graphOn('ours'), await graphOn('finns')];
    const difference = firstDifference(ours, finns);
    if (difference !== null) {
      const { node, what, first, second } = difference;
      throw new Refusal(
        'cross-check/different',
        `${node}: ${what} is ${first} in the embedded front end, but ${second} in FINN`,
        'build with toolchain: {frontend: finn} and report this; nothing has been synthesised yet',
      );
    }
    await writeJson(join(outDir, 'report'), 'cross-check.json', { format: 1, nodes: ours.nodes.length });
    return success({ summary: `${ours.nodes.length} nodes, the same as in FINN` });
  });
