import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { lower } from '../../../finn/lower/lower.ts';
import { readModel } from '../../../onnx/read.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';

const root = new URL('../../../', import.meta.url);
const part = 'xc7z020clg484-1';
const networks = ['mlp', 'cnns'].flatMap((folder) =>
  readdirSync(new URL(`test/golden/${folder}`, root))
    .filter((file) => file.endsWith('.onnx'))
    .map((file) => `test/golden/${folder}/${file}`),
);

test.each(['examples/cnv-w2a2/model.onnx', 'examples/tfc-w2a2/model.onnx', ...networks])(
  'tidying %s changes nothing that the lowering sees',
  (path) => {
    const model = readModel(readFileSync(new URL(path, root)));
    const result = tidy(model);
    expect(result.dropped).toEqual([]);
    const preset = path.includes('mobilenet') ? 'mobilenet' : undefined;
    const [before, after] = [model, result.model].map((each) =>
      lower(each, part, null, preset === undefined ? {} : { preset }),
    );
    const bytes = writeHardwareGraph(before!.graph);
    expect(Buffer.from(writeHardwareGraph(after!.graph)).equals(bytes)).toBe(true);
    const { before: front, after: tail } = after!.host;
    expect([front, tail].map(({ graph }) => graph.nodes)).toEqual(
      [before!.host.before, before!.host.after].map(({ graph }) => graph.nodes),
    );
  },
);
