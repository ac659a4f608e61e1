import { createHash } from 'node:crypto';
import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import type { Digest } from '../../base/digest.ts';
import { sha256 } from '../../base/digest.ts';

export interface Digested {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** Digest and size of an open file, from its beginning; copied on the way into another open file, with its holes. */
export function digestOf(input: number, output: number | null = null): Digested {
  const { size: expected, blocks } = fstatSync(input);
  const isSparse = blocks * 512 < expected;
  const block = (scratch ??= Buffer.allocUnsafe(blockBytes));
  const first = readSync(input, block, 0, block.length, 0);
  if (first < block.length && first >= expected) {
    // The whole file, in two calls less than by a stream of blocks: most files are small.
    const contents = block.subarray(0, first);
    if (output !== null) writeAll(output, contents, 0);
    return { digest: sha256(contents), size: first };
  }
  const hash = createHash('sha256');
  let size = 0;
  for (let read = first; read > 0; read = readSync(input, block, 0, block.length, size)) {
    const contents = block.subarray(0, read);
    hash.update(contents);
    if (output !== null) writeBlock(output, contents, size, isSparse);
    size += read;
  }
  if (output !== null && isSparse) ftruncateSync(output, size);
  return { digest: hash.digest('hex'), size };
}

const blockBytes = 1 << 20;
/** File systems keep holes in units of 4 to 64 KiB. */
const holeBytes = 1 << 16;
const zeros = Buffer.alloc(holeBytes);
let scratch: Buffer | null = null;

/** Writes contents at a position; of a sparse file, leaves out the parts that are nothing but zeros. */
function writeBlock(output: number, contents: Buffer, position: number, isSparse: boolean): void {
  if (!isSparse) {
    writeAll(output, contents, position);
    return;
  }
  for (let from = 0; from < contents.length; from += holeBytes) {
    const part = contents.subarray(from, from + holeBytes);
    if (!part.equals(zeros.subarray(0, part.length))) writeAll(output, part, position + from);
  }
}

function writeAll(output: number, contents: Buffer, position: number): void {
  for (let from = 0; from < contents.length;)
    from += writeSync(output, contents, from, contents.length - from, position + from);
}
