import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { annotateEstimates } from '../../../finn/estimate/annotate.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import { runHost } from '../../../stages/shared/host.ts';
import { readNpy } from '../../../finn/npy.ts';
import { elementCount } from '../../../base/shape.ts';
import type { Lowered } from '../../../finn/lower/lower.ts';
import { lower } from '../../../finn/lower/lower.ts';
import type { Route } from '../../../finn/lower/route.ts';
import { prepare, run } from '../../../finn/execute/run.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { readModel } from '../../../onnx/read.ts';
import type { GoldenHost } from '../host.ts';
import { describeHost } from '../host.ts';
import { describeNodes, examples, golden, readJson } from '../network.ts';

interface Example {
  readonly name: string;
  readonly golden: string;
  readonly preset: Route['preset'];
  readonly host: GoldenHost;
}

const imagesLast = { op: 'Transpose', perm: [0, 2, 3, 1] } as const;
const chosen: readonly Example[] = [
  {
    name: 'cnv-w2a2',
    golden: 'cnv-w2a2',
    preset: 'default',
    host: {
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
      before: [imagesLast],
      after: [{ op: 'Reshape', shape: [1, 1] }],
      input: { shape: [1, 3, 224, 224], datatype: 'UINT8' },
      output: { shape: [1, 1], datatype: 'UINT16' },
    },
  },
];

test.each(chosen)('$name becomes the hardware graph that FINN makes of it', (example) => {
  const { graph, host, fallbacks } = loweredOnce(example);
  const folding = readJson(`${golden}/${example.golden}/folding.json`);
  const folded = annotateEstimates(minimiseBitWidths(applyFolding(graph, folding)));
  const theirs = readJson<readonly object[]>(`${golden}/${example.golden}/dataflow_nodes.json`);
  expect(describeNodes(folded).map(inOrder)).toEqual(theirs.map(inOrder));
  expect(describeHost(host)).toEqual(example.host);
  expect(fallbacks).toEqual([]);
});

test.each([
  { ...chosen[0]!, images: 25 },
  { ...chosen[1]!, images: 1 },
])('$name returns the same classes as the network before lowering', (example) => {
  const { graph, host } = loweredOnce(example);
  const read = (file: string) => readNpy(readFileSync(`${examples}/${example.name}/${file}`), { name: file });
  const { values } = read('images.npy');
  const executor = prepare(graph);
  const { shape } = host.part.input;
  const size = elementCount(shape);
  const ends = runHost(host);
  const classes = Array.from({ length: example.images }, (_, index) => {
    const image = Float32Array.from(values.subarray(index * size, (index + 1) * size));
    const input = ends.toBoards({ elementType: 'float32', shape, values: image });
    return Number(ends.fromBoards(run(executor, input))[0]?.values[0]);
  });
  expect(classes).toEqual([...read('expected.npy').values.slice(0, example.images)]);
});

test('lowering cnv-w2a2 twice yields the same bytes', () => {
  const bytes = ({ graph }: Lowered) => Buffer.from(writeHardwareGraph(graph));
  expect(bytes(lowered(chosen[0]!)).equals(bytes(loweredOnce(chosen[0]!)))).toBe(true);
});

test('mobilenetv1 without its preset is refused with the preset to use', () => {
  expect(() => lowered({ ...chosen[1]!, preset: 'default' })).toThrow(
    expect.objectContaining({
      code: 'lower/unsupported-op',
      hint: expect.stringContaining('preset mobilenet') as string,
    }),
  );
});

const known = new Map<string, Lowered>();
function loweredOnce(example: Example): Lowered {
  const result = known.get(example.name) ?? lowered(example);
  known.set(example.name, result);
  return result;
}

function lowered({ name, preset }: Example): Lowered {
  const model = readModel(readFileSync(`${examples}/${name}/model.onnx`));
  const specialize = readJson(`${examples}/${name}/specialize.json`);
  return lower(model, 'xc7z020clg484-1', specialize, { preset, standaloneThresholds: false });
}

/** As text, so that the order of attributes counts. */
function inOrder(node: object): string {
  return JSON.stringify(node, null, 1);
}
