import { sha256 } from '../../base/digest.ts';
import { packedByteLength, packedShape } from '../../finn/packing.ts';
import { Refusal } from '../../base/refusal.ts';
import type { Fields } from '../../base/fields.ts';
import { parseFields } from '../../base/fields.ts';

/** One side of a submodel: FINN's normal shape (batch of one first), QONNX datatype and folded shape. */
export interface Boundary {
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly folded: readonly number[];
}

/** Clock cycles per image: of each node by local name, of the slowest node, and of all together. */
export interface Cycles {
  readonly perNode: { readonly [node: string]: number };
  readonly max: number;
  readonly total: number;
}

/** The tools that made a bitstream, as they name themselves; null for a tool that was not used. */
export interface Versions {
  readonly finn: string | null;
  readonly vivado: string | null;
}

export interface PayloadFile {
  /** Relative to the package, with forward slashes. */
  readonly path: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** The description of a package in `package.json`: one submodel, built for one board type, ready to be loaded. */
export interface PackageDescription {
  readonly format: 1;
  /** Id of its submodel. */
  readonly submodel: string;
  /** True if the package was made without the real Vivado; no real board loads it. */
  readonly emulated: boolean;
  /** Name of the board type. */
  readonly board: string;
  readonly part: string;
  readonly clockMHz: number;
  readonly input: Boundary;
  readonly output: Boundary;
  readonly cycles: Cycles;
  readonly versions: Versions;
  /** `design`: the design's name in the header of the bitstream; null if there is no bitstream. */
  readonly bitstream: { readonly design: string | null };
  readonly files: readonly PayloadFile[];
}

/** The bytes of `package.json`; equal descriptions give equal bytes. */
export function encodeDescription(description: PackageDescription): Uint8Array {
  const { submodel, emulated, board, part, clockMHz, cycles, versions, bitstream } = description;
  const perNode = Object.fromEntries(Object.entries(cycles.perNode).sort(([a], [b]) => (a < b ? -1 : 1)));
  const canonical = {
    format: 1,
    submodel,
    emulated,
    board,
    part,
    clockMHz,
    input: canonicalBoundary(description.input),
    output: canonicalBoundary(description.output),
    cycles: { perNode, max: cycles.max, total: cycles.total },
    versions: { finn: versions.finn, vivado: versions.vivado },
    bitstream: { design: bitstream.design },
    files: description.files
      .map(({ path, sha256: digest, size }) => ({ path, sha256: digest, size }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
  return Buffer.from(`${JSON.stringify(canonical, null, 2)}\n`, 'utf8');
}

/** A package's identity: sha256 of the bytes of its `package.json`. */
export function packageIdentity(bytes: Uint8Array): string {
  return sha256(bytes);
}

/** Reads `package.json`; refuses other formats (`package/unknown-format`) and any other content (`package/damaged`). */
export function parseDescription(bytes: Uint8Array, what: string): PackageDescription {
  const fields = parseFields(Buffer.from(bytes).toString('utf8'), what, 'package/damaged');
  const format = fields.has('format') ? fields.count('format') : 0;
  if (format !== 1)
    throw new Refusal(
      'package/unknown-format',
      `${what} has package format ${format}; this version reads format 1`,
      'build the package again with this version, or use the version that built it',
    );

  const built = parseBitstream(fields);
  if (built.clockMHz === 0) throw new Refusal('package/damaged', `${what} has a clock of 0 MHz`);
  for (const side of ['input', 'output'] as const) checkPacked(built[side], fields.object(side), what, side);
  return {
    format,
    ...built,
    versions: parseVersions(fields.object('versions')),
    bitstream: { design: fields.object('bitstream').textOrNull('design') },
    files: fields.objects('files').map((file) => ({
      path: safePath(file.text('path'), what),
      sha256: file.text('sha256'),
      size: bearableSize(file.count('size'), what),
    })),
  };
}

/** Reads the fields about a built submodel that bitstream.json and package.json share. */
export function parseBitstream(
  fields: Fields,
): Omit<PackageDescription, 'format' | 'versions' | 'bitstream' | 'files'> {
  return {
    submodel: fields.text('submodel'),
    emulated: fields.flag('emulated'),
    board: fields.text('board'),
    part: fields.text('part'),
    clockMHz: fields.amount('clockMHz'),
    input: parseBoundary(fields.object('input')),
    output: parseBoundary(fields.object('output')),
    cycles: parseCycles(fields.object('cycles')),
  };
}

/** Reads a boundary as it is in package.json, in bitstream.json and on the wire. */
export function parseBoundary(fields: Fields): Boundary {
  return {
    shape: fields.counts('shape'),
    datatype: fields.text('datatype'),
    folded: fields.counts('folded'),
  };
}

/** Reads cycle counts as they are in package.json and bitstream.json. */
export function parseCycles(fields: Fields): Cycles {
  const perNode = fields.object('perNode');
  return {
    perNode: Object.fromEntries(perNode.names().map((name) => [name, perNode.count(name)])),
    max: fields.count('max'),
    total: fields.count('total'),
  };
}

/** Reads versions as they are in package.json and bitstream.json. */
export function parseVersions(fields: Fields): Versions {
  return { finn: fields.textOrNull('finn'), vivado: fields.textOrNull('vivado') };
}

/** The shape of a boundary in the memory of FINN's accelerator: the folded one, with its last dimension in bytes. */
export function packedBoundary({ folded, datatype }: Boundary): readonly number[] {
  return packedShape(folded, datatype);
}

/** Bytes of one image as the accelerator reads or writes it. */
export function bytesOf({ folded, datatype }: Boundary): number {
  return packedByteLength(folded, datatype);
}

function canonicalBoundary(boundary: Boundary) {
  const { shape, datatype, folded } = boundary;
  return { shape, datatype, folded, packed: packedBoundary(boundary) };
}

// It follows from the other two and is there for other readers of package.json, so it must be correct.
function checkPacked(boundary: Boundary, fields: Fields, what: string, side: string): void {
  const [stated, packed] = [fields.counts('packed'), packedBoundary(boundary)];
  if (stated.length === packed.length && stated.every((extent, axis) => extent === packed[axis])) return;
  throw new Refusal(
    'package/damaged',
    `${what}: "packed" of its ${side} is [${stated.join(', ')}], but must be [${packed.join(', ')}]`,
  );
}

// No board has more memory, and files are read as a whole.
function bearableSize(bytes: number, what: string): number {
  if (bytes <= 2 ** 30) return bytes;
  throw new Refusal('package/damaged', `${what} names a file of ${bytes} bytes, which no board could load`);
}

// A package may come from anywhere, so its files must stay inside its directory.
function safePath(path: string, what: string): string {
  const parts = path.split('/');
  const inside = parts.every((part) => part !== '' && part !== '.' && part !== '..') && !/[\\\0]/.test(path);
  if (inside && path !== 'package.json') return path;
  throw new Refusal(
    'package/illegal-path',
    `${what} names the file "${path}", which a package cannot contain`,
  );
}
