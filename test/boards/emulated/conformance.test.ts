import { afterAll } from 'vitest';
import { launchEmulatedBoard } from '../../../boards/emulated/launch.ts';
import { computeSeconds, paceOf } from '../../../boards/emulated/time.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { prepare, run } from '../../../finn/execute/run.ts';
import { pack } from '../../../finn/packing.ts';
import { conformance } from '../conformance/index.ts';
import type { Sample } from '../conformance/rig.ts';
import { seconds } from '../conformance/rig.ts';
import type { Part } from '../fixture.ts';
import { bundleEmulatedBoard, cutParts, exampleImages, packageOf, temporaryDirectory } from '../fixture.ts';

const ends: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
});

conformance(async () => {
  const bundle = await temporaryDirectory();
  ends.push(bundle.remove);
  const script = await bundleEmulatedBoard(bundle.path);
  const [first, second] = (await cutParts('MVAU_hls_1')) as [Part, Part];
  const { images } = await exampleImages(9);
  const before = prepare(readHardwareGraph(first.model));
  const after = prepare(readHardwareGraph(second.model));
  const inputs = images.map((image) => pack(image, first.input.datatype));
  const middles = images.map((image) => pack(run(before, image), first.output.datatype));
  const outputs = images.map((image) => pack(run(after, run(before, image)), second.output.datatype));
  const sample = (part: Part, from: readonly Uint8Array[], to: readonly Uint8Array[]): Sample => ({
    package: (change, payload) => packageOf(part, change, payload),
    images: (count) => {
      const nth = (list: readonly Uint8Array[]) =>
        Buffer.concat(Array.from({ length: count }, (_, image) => list[image % list.length]!));
      return { packed: nth(from), results: nth(to) };
    },
    modelledSeconds: (count) => {
      const pace = paceOf(readHardwareGraph(part.model), null, packageOf(part).description, 64);
      return computeSeconds(pace, packageOf(part).description.clockMHz, count);
    },
  });
  return {
    start: (directory, name, key) =>
      launchEmulatedBoard({ script, directory, name, type: 'zedboard', key }, seconds),
    halves: [sample(first, inputs, middles), sample(second, middles, outputs)],
    payloadFile: 'model.onnx',
    longBatch: 4000,
    nonsenseCode: 'onnx/not-onnx',
  };
});
