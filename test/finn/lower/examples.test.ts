import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { annotateEstimates } from '../../../finn/estimate/annotate.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import type { HostOps } from '../../../finn/host/host-part.ts';
import { runHost } from '../../../finn/host/host-part.ts';
import { readNpy } from '../../../finn/npy.ts';
import { elementCount } from '../../../base/shape.ts';
import type { Lowered } from '../../../finn/lower/lower.ts';
import { lower } from '../../../finn/lower/lower.ts';
import type { Route } from '../../../finn/lower/route.ts';
import { prepare, run } from '../../../finn/execute/run.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { readModel } from '../../../onnx/read.ts';
import { describeNodes, examples, golden, readJson } from '../network.ts';

interface Example {
  readonly name: string;
  readonly golden: string;
  readonly preset: Route['preset'];
  readonly host: HostOps;
}

const imagesLast = { op: 'Transpose', perm: [0, 2, 3, 1] } as const;
const chosen: readonly Example[] = [
  {
    name: 'cnv-w2a2',
    golden: 'cnv-w2a2',
    preset: 'default',
    host: {
      format: 1,
      before: [imagesLast],
      after: [],
      input: { shape: [1, 3, 32, 32], datatype: 'UINT8' },
      output: { shape: [1, 1], datatype: 'UINT8' },
    },
  },
  {
    name: 'mobilenetv1',
    golden: 'mobilenetv1-w4a4',
    preset: 'mobilenet',
    host: {
      format: 1,
      before: [imagesLast],
      after: [{ op: 'Reshape', shape: [1, 1] }],
      input: { shape: [1, 3, 224, 224], datatype: 'UINT8' },
      output: { shape: [1, 1], datatype: 'UINT16' },
    },
  },
];

test.each(chosen)('$name becomes the hardware graph that FINN makes of it', (example) => {
  const { graph, host, fallbacks } = lowered(example);
  const folding = readJson(`${golden}/${example.golden}/folding.json`);
  const folded = annotateEstimates(minimiseBitWidths(applyFolding(graph, folding)));
  const theirs = readJson<readonly object[]>(`${golden}/${example.golden}/dataflow_nodes.json`);
  expect(describeNodes(folded).map(inOrder)).toEqual(theirs.map(inOrder));
  expect(host).toEqual(example.host);
  expect(fallbacks).toEqual([]);
});

test.each([
  { ...chosen[0]!, images: 25 },
  { ...chosen[1]!, images: 1 },
])('$name returns the same classes as the network before lowering', (example) => {
  const { graph, host } = lowered(example);
  const read = (file: string) => readNpy(readFileSync(`${examples}/${example.name}/${file}`));
  const { data } = read('images.npy');
  const executor = prepare(graph);
  const size = elementCount(host.input.shape);
  const classes = Array.from({ length: example.images }, (_, index) => {
    const image = { shape: host.input.shape, data: data.slice(index * size, (index + 1) * size) };
    return runHost(host.after, run(executor, runHost(host.before, image))).data[0];
  });
  expect(classes).toEqual([...read('expected.npy').data.slice(0, example.images)]);
});

test('lowering cnv-w2a2 twice yields the same bytes', () => {
  const bytes = () => Buffer.from(writeHardwareGraph(lowered(chosen[0]!).graph));
  expect(bytes().equals(bytes())).toBe(true);
});

test('mobilenetv1 without its preset is refused with the preset to use', () => {
  expect(() => lowered({ ...chosen[1]!, preset: 'default' })).toThrow(
    expect.objectContaining({
      code: 'lower/unsupported-op',
      hint: expect.stringContaining('preset mobilenet') as string,
    }),
  );
});

function lowered({ name, preset }: Example): Lowered {
  const model = readModel(readFileSync(`${examples}/${name}/model.onnx`));
  const specialize = readJson(`${examples}/${name}/specialize.json`);
  return lower(model, 'xc7z020clg484-1', specialize, { preset, standaloneThresholds: false });
}

/** As text, so that the order of attributes counts. */
function inOrder(node: object): string {
  return JSON.stringify(node, null, 1);
}
