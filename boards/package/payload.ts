import { Refusal } from '../../base/refusal.ts';
import { rawBitstreamProblem } from '../../vivado/bitfile.ts';
import type { Accelerator } from './accelerator.ts';
import { parseAccelerator } from './accelerator.ts';
import type { Package } from './directory.ts';

/**
 * Refuses a package without anything to load (`package/no-payload`) and one whose bitstream or engines a real board would
 * refuse. Returns the engines; null if the package has no bitstream.
 */
export function checkPayload({ description, payload }: Package): Accelerator | null {
  const hasBitstream = logicFiles.some((path) => payload.has(path));
  if (!hasBitstream && description.emulated && emulatedFiles.some((path) => payload.has(path))) return null;
  if (!hasBitstream)
    throw new Refusal(
      'package/no-payload',
      `the package holds nothing that ${description.emulated ? 'an emulated' : 'a real'} board could load`,
      'build the package again',
    );
  const [bitstream, accelerator] = logicFiles.map((path) => {
    const bytes = payload.get(path);
    if (bytes !== undefined) return bytes;
    throw new Refusal('package/missing-file', `the package has no ${path}`, 'build it again');
  }) as [Uint8Array, Uint8Array];
  const problem = rawBitstreamProblem(bitstream);
  if (problem !== null)
    throw new Refusal(
      'package/bad-bitstream',
      `the data in bitstream.bin ${problem} in the order of a .bin`,
      'build the package again',
    );
  return parseAccelerator(accelerator, description.part);
}

const logicFiles = ['bitstream.bin', 'accelerator.json'];
const emulatedFiles = ['model.onnx', 'emulated.json'];
