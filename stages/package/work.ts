import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parseFields } from '../../base/fields.ts';
import { encodeAccelerator } from '../../boards/package/accelerator.ts';
import { makePackage, writePackage } from '../../boards/package/directory.ts';
import { parseBitstream, parseVersions } from '../../boards/package/format.ts';
import { checkPayload } from '../../boards/package/payload.ts';
import { byteSize, megahertz } from '../../base/units.ts';
import { success } from '../../base/result.ts';
import type { Work } from '../../core/contracts/types.ts';
import { Refusal } from '../../base/refusal.ts';
import { checkPart, rawBitstream, readBitfile } from '../../vivado/bitfile.ts';
import { readHandoff } from '../../vivado/handoff.ts';
import { refusing } from '../shared/refusing.ts';

/**
 * Makes the package that a board loads, `out/package/`: `in/bitstream/bitstream.json` describes it. It holds the parts of
 * Vivado's `finn-accel.bit` and `finn-accel.hwh` that a board needs, in the board's form: `bitstream.bin` and
 * `accelerator.json`. Output of the emulated back end is taken unchanged.
 */
export const packageBitstream: Work = (job) =>
  refusing(async () => {
    const source = join(job.inDir, 'bitstream');
    const text = await readFile(join(source, 'bitstream.json'), 'utf8');
    const bitstream = parseFields(text, 'bitstream.json', 'package/bad-bitstream');
    if (bitstream.count('format') !== 1)
      throw new Refusal(
        'package/bad-bitstream',
        `bitstream.json has format ${bitstream.count('format')}; this version reads format 1`,
      );

    const built = parseBitstream(bitstream);
    const paths = (await filesIn(source)).filter((path) => path !== 'bitstream.json');
    const files = new Map(
      await Promise.all(paths.map(async (path) => [path, await readFile(join(source, path))] as const)),
    );
    const versions = bitstream.has('versions')
      ? parseVersions(bitstream.object('versions'))
      : { finn: null, vivado: null };
    const isLogic = !built.emulated || files.has(bitName) || files.has(handoffName);
    const { design, payload, clock } = isLogic
      ? logicOf(files, built.part)
      : { design: null, payload: files, clock: null };
    const made = makePackage({ ...built, versions, bitstream: { design } }, payload);
    checkPayload(made);
    await writePackage(join(job.outDir, 'package'), made);
    const bytes = made.description.files.reduce((sum, { size }) => sum + size, 0);
    return success({
      emulated: built.emulated,
      summary: `${built.emulated ? 'EMULATED: ' : ''}package ${made.id.slice(0, 12)}, ${byteSize(bytes)} for ${made.description.board}${clock === null ? '' : ` at ${megahertz(clock.acceleratorMHz)}`}`,
    });
  });

const bitName = 'finn-accel.bit';
const handoffName = 'finn-accel.hwh';

/** The parts of Vivado's files that a board needs, and the name in the header of the bitstream. */
function logicOf(files: ReadonlyMap<string, Buffer>, part: string) {
  const contentsOf = (path: string): Buffer => {
    const bytes = files.get(path);
    if (bytes !== undefined) return bytes;
    throw new Refusal('package/bad-bitstream', `the bitstream has no ${path}`, 'build it again');
  };
  const bitfile = readBitfile(contentsOf(bitName));
  checkPart(bitfile, part);
  const handoff = readHandoff(contentsOf(handoffName).toString('utf8'), part);
  const payload = new Map([
    ['bitstream.bin', rawBitstream(bitfile)],
    ['accelerator.json', encodeAccelerator(handoff)],
  ]);
  return { design: bitfile.design, payload, clock: handoff.clock };
}

/** Relative paths with forward slashes, sorted. */
async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
