import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parseFields } from '../boards/fields.ts';
import { makePackage, writePackage } from '../boards/package/directory.ts';
import { parseBitstream } from '../boards/package/format.ts';
import type { Builtin } from '../core/types.ts';
import { Refusal } from '../onnx/refusal.ts';
import { refusing } from './outcome.ts';

/**
 * Makes the package that a board loads: `in/bitstream/bitstream.json` says what it is, every other file there is its
 * payload. Writes `out/package/`.
 */
export const packageBitstream: Builtin = (job) =>
  refusing(async () => {
    const source = join(job.inDir, 'bitstream');
    const text = await readFile(join(source, 'bitstream.json'), 'utf8');
    const bitstream = parseFields(text, 'bitstream.json', 'package/bad-bitstream');
    if (bitstream.count('format') !== 1) {
      throw new Refusal(
        'package/bad-bitstream',
        `bitstream.json has format ${String(bitstream.count('format'))}; this version reads format 1`,
      );
    }
    const payload = new Map<string, Uint8Array>();
    for (const path of await filesIn(source)) {
      if (path !== 'bitstream.json') payload.set(path, await readFile(join(source, path)));
    }
    const built = parseBitstream(bitstream);
    const made = makePackage(built, payload);
    await writePackage(join(job.outDir, 'package'), made);
    const bytes = made.description.files.reduce((sum, { size }) => sum + size, 0);
    return {
      ok: true,
      emulated: built.emulated,
      summary: `${built.emulated ? 'EMULATED: ' : ''}package ${made.id.slice(0, 12)}, ${String(bytes)} bytes for ${made.description.board}`,
    };
  });

/** Relative paths with forward slashes, sorted. */
async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
