import { Refusal } from '../base/refusal.ts';

/** The header of a `.bit` file and its configuration data. */
export interface Bitfile {
  /** Name of the top module with options of the tool: `top_wrapper;UserID=0XFFFFFFFF;Version=2024.2`. */
  readonly design: string;
  /** Without the family's `xc` and the speed grade, such as `7z020clg484`. */
  readonly part: string;
  /** Such as `2026/11/22`. */
  readonly date: string;
  readonly time: string;
  readonly data: Uint8Array;
}

/** Reads a `.bit` file of Vivado; refuses other files and one that ends early. */
export function readBitfile(bytes: Uint8Array): Bitfile {
  const { texts, data } = parse(bytes);
  const text = (key: Key): string => texts[key].value;
  return { design: text('a'), part: text('b'), date: text('c'), time: text('d'), data };
}

/** The same bitstream with a constant date, so that two runs with equal placement and routing have the same bytes. */
export function withoutDate(bytes: Uint8Array): Uint8Array {
  const { texts } = parse(bytes);
  const undated = Uint8Array.from(bytes);
  for (const key of ['c', 'd'] as const) {
    const { value, start } = texts[key];
    undated.set(Buffer.from(value.replace(/\d/g, '0'), 'latin1'), start);
  }
  return undated;
}

/** Refuses a bitstream whose header names another part than `part`; headers omit `xc` and, before UltraScale, the speed grade. */
export function checkPart({ part: stated }: Bitfile, part: string): void {
  const [found, wanted] = [withoutFamily(stated), withoutFamily(part)];
  if (found === wanted || found === wanted.replace(/-[^-]*$/, '')) return;
  throw new Refusal('implement/wrong-part', `the bitstream is for ${stated}, not for ${part}`);
}

function withoutFamily(part: string): string {
  return part.replace(/^xc/, '');
}

/**
 * The data of a `.bit` in the form that the kernel's FPGA manager accepts: the bytes of every 32-bit word in reverse order.
 * Refuses data that it would not accept.
 */
export function rawBitstream({ data }: Bitfile): Uint8Array {
  const raw = data.length % 4 === 0 ? Buffer.from(data).swap32() : data;
  const problem = rawBitstreamProblem(raw);
  if (problem === null) return raw;
  throw damaged(`holds data that ${problem}`);
}

/** Why the kernel (Linux, `drivers/fpga/zynq-fpga.c`) would not accept a raw bitstream; null if it would. */
export function rawBitstreamProblem(raw: Uint8Array): string | null {
  if (raw.length % 4 !== 0) return `are ${raw.length} bytes, not a multiple of 4`;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const searched = Math.min(raw.length, headerBytes);
  for (let at = 0; at < searched; at += 4) if (view.getUint32(at, true) === syncWord) return null;
  return `have no sync word in the first ${headerBytes} bytes`;
}

const syncWord = 0xaa995566;
/** Where the kernel looks for it. */
const headerBytes = 128;

type Key = 'a' | 'b' | 'c' | 'd';

/**
 * The format, as Vivado writes it: a field of 9 bytes, the number 1, then `a`, `b`, `c`, `d` with a length of two bytes and
 * a text that ends in NUL, then `e` with a length of four bytes and the data.
 */
function parse(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = { at: 0 };
  const take = (count: number): number => {
    const from = reader.at;
    reader.at += count;
    if (reader.at > bytes.length) throw damaged('ends early');
    return from;
  };
  const magic = view.byteLength >= 2 ? view.getUint16(take(2)) : 0;
  if (magic !== 9) throw damaged('does not begin as a .bit file');
  take(9);
  if (view.getUint16(take(2)) !== 1) throw damaged('does not begin as a .bit file');
  const expectKey = (key: string): void => {
    if (String.fromCharCode(view.getUint8(take(1))) !== key) throw damaged(`has no field ${key}`);
  };
  const readText = (key: Key) => {
    expectKey(key);
    const length = view.getUint16(take(2));
    const start = take(length);
    if (length === 0 || bytes[start + length - 1] !== 0) throw damaged(`has a field ${key} without an end`);
    return { value: Buffer.from(bytes.subarray(start, start + length - 1)).toString('latin1'), start };
  };
  const texts = { a: readText('a'), b: readText('b'), c: readText('c'), d: readText('d') };
  expectKey('e');
  const length = view.getUint32(take(4));
  const start = take(length);
  if (reader.at !== bytes.length) throw damaged('has bytes after its data');
  return { texts, data: new Uint8Array(bytes.buffer, bytes.byteOffset + start, length) };
}

function damaged(what: string): Refusal {
  return new Refusal('vivado/bad-bitfile', `the .bit file ${what}`, 'build it again');
}
