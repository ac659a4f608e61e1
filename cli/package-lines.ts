import type { Accelerator } from '../boards/package/accelerator.ts';
import type { Package } from '../boards/package/directory.ts';
import type { PackageDescription } from '../boards/package/format.ts';
import { bytesOf, packedBoundary } from '../boards/package/format.ts';
import type { Terminal } from '../reporters/reporter.ts';
import { clipped, table } from '../base/text.ts';
import { megahertz } from '../base/units.ts';
import { harmlessLine, styled } from '../reporters/style.ts';

/** A package as lines: its identity, what it computes, how fast, through which registers, and its files. */
export function packageLines(
  { id, description }: Package,
  accelerator: Accelerator | null,
  { hasColour, isTerminal, width }: Terminal,
): readonly string[] {
  const { submodel, emulated, board, part, versions, bitstream, files } = description;
  // What the logic really makes, which is not always what was asked for.
  const clock = accelerator?.clock.acceleratorMHz ?? description.clockMHz;
  const { finn, vivado } = versions;
  const made = [...(finn === null ? [] : [`FINN+ ${finn}`]), ...(vivado === null ? [] : [vivado])];
  const rows = [
    ['package', id],
    ['submodel', submodel],
    ['board', `${board} (${part}) at ${megahertz(clock)}`],
    ['made by', made.join(', ') || 'the emulated back end'],
    ...(bitstream.design === null ? [] : [['bitstream', bitstream.design]]),
  ];
  const notice = 'EMULATED: made without Vivado; no real board loads it';
  const lines = [
    ...(emulated ? [styled('yellow', notice, hasColour), ''] : []),
    ...columns(rows),
    '',
    ...columns(sides(description)),
    '',
    ...columns(speed(description, clock)),
    ...(accelerator === null ? [] : ['', ...columns(engines(accelerator))]),
    '',
    ...columns(
      [
        ['file', 'bytes', 'sha256'],
        ...files.map(({ path, size, sha256 }) => [path, String(size), sha256.slice(0, 12)]),
      ],
      [1],
    ),
  ];
  // A text from outside is never wider than the line, or it would hide what is below it.
  return isTerminal ? lines.map((line) => (line.includes('\u001b') ? line : clipped(line, width))) : lines;
}

function sides({ input, output }: PackageDescription): readonly (readonly string[])[] {
  const both = [input, output];
  const shapes = (of: (side: typeof input) => readonly number[]) =>
    both.map((side) => `[${of(side).join(', ')}]`);
  return [
    ['', 'input', 'output'],
    ['datatype', ...both.map(({ datatype }) => datatype)],
    ['normal', ...shapes(({ shape }) => shape)],
    ['folded', ...shapes(({ folded }) => folded)],
    ['packed', ...shapes(packedBoundary)],
    ['an image', ...both.map((side) => `${bytesOf(side)} B`)],
  ];
}

function speed({ cycles }: PackageDescription, clockMHz: number): readonly (readonly string[])[] {
  const slowest = Object.entries(cycles.perNode).find(([, count]) => count === cycles.max)?.[0];
  const shown = (count: number): string => `${count} cycles, ${(count / (clockMHz * 1000)).toFixed(3)} ms`;
  return [
    ['slowest', `${shown(cycles.max)}${slowest === undefined ? '' : ` (${slowest})`}`],
    ['all', shown(cycles.total)],
  ];
}

function engines({ input, output }: Accelerator): readonly (readonly string[])[] {
  return [
    ['engine', 'address', 'range', 'memory port'],
    ...[input, output].map(({ name, address, range, width }) => [
      name,
      `0x${address.toString(16).padStart(8, '0')}`,
      `${range} B`,
      width === null ? '-' : `${width} bits`,
    ]),
  ];
}

/** Cells of text from outside, side by side. */
function columns(rows: readonly (readonly string[])[], numbers: readonly number[] = []): readonly string[] {
  const cells = rows.map((row) => row.map((text) => harmlessLine(text)));
  return table(cells, { numbers, firstWidth });
}

/** The widest label of the first column, so that the parts are aligned. */
const firstWidth = 'bitstream'.length;
