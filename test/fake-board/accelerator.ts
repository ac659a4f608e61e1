/**
 * Computes what a bitstream of the stand-ins would compute: `accelerator.mjs PACKAGES SUBMODELS` replaces the logic of
 * fake-accelerator.cpp. PACKAGES is a board's folder of packages, SUBMODELS one with ID.onnx for each submodel. It
 * reads from standard input `configure PACKAGE`, answered by bytes of an image, bytes of a result and microseconds per image,
 * and `compute COUNT` with the packed images in the folded layout, answered by the results in theirs.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDescription } from '../../boards/package/format.ts';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import { prepare, run } from '../../finn/execute/run.ts';
import { pack, packedByteLength, unpack } from '../../finn/packing.ts';

const [packages, submodels] = process.argv.slice(2) as [string, string];

interface Logic {
  readonly imageBytes: number;
  readonly resultBytes: number;
  readonly microseconds: number;
  readonly compute: (image: Uint8Array) => Uint8Array;
}

let logic: Logic | null = null;
let pending = Buffer.alloc(0);
process.stdin.on('data', (chunk: Buffer) => {
  pending = Buffer.concat([pending, chunk]);
  while (handled()) continue;
});

/** Handles the first request once all of it has arrived. */
function handled(): boolean {
  const end = pending.indexOf('\n');
  if (end < 0) return false;
  const [verb, argument] = pending.subarray(0, end).toString().split(' ') as [string, string];
  if (verb === 'configure') {
    pending = pending.subarray(end + 1);
    process.stdout.write(`${configure(argument)}\n`);
    return true;
  }
  const { imageBytes, compute } = logic!;
  const bytes = Number(argument) * imageBytes;
  const images = pending.subarray(end + 1, end + 1 + bytes);
  if (images.length < bytes) return false;
  pending = pending.subarray(end + 1 + bytes);
  for (let at = 0; at < bytes; at += imageBytes)
    process.stdout.write(compute(images.subarray(at, at + imageBytes)));
  return true;
}

function configure(id: string): string {
  const description = parseDescription(readFileSync(join(packages, id, 'package.json')), id);
  const model = join(submodels, `${description.submodel}.onnx`);
  if (!existsSync(model)) return `refuse no submodel ${description.submodel}`;
  logic = logicOf(description, prepare(readHardwareGraph(readFileSync(model))));
  return `${logic.imageBytes} ${logic.resultBytes} ${logic.microseconds}`;
}

function logicOf(
  { input, output, cycles, clockMHz }: ReturnType<typeof parseDescription>,
  executor: ReturnType<typeof prepare>,
): Logic {
  return {
    imageBytes: packedByteLength(input.folded, input.datatype),
    resultBytes: packedByteLength(output.folded, output.datatype),
    microseconds: Math.round(cycles.max / clockMHz),
    compute: (image) => {
      const { data } = unpack(image, input.folded, input.datatype);
      const result = run(executor, { shape: input.shape, data });
      return pack({ shape: output.folded, data: result.data }, output.datatype);
    },
  };
}
