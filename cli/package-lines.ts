import type { Accelerator } from '../boards/package/accelerator.ts';
import type { Package } from '../boards/package/directory.ts';
import type { PackageDescription } from '../boards/package/format.ts';
import { bytesOf, packedBoundary } from '../boards/package/format.ts';
import type { Terminal } from '../reporters/reporter.ts';
import { clipped, harmless, styled } from '../reporters/style.ts';

/** What a package is, as lines: itself, what it computes, how fast, through which registers, and its files. */
export function packageLines(
  { id, description }: Package,
  accelerator: Accelerator | null,
  { hasColour, isInteractive, width }: Terminal,
): readonly string[] {
  const { submodel, emulated, board, part, clockMHz, versions, bitstream, files } = description;
  const { finn, vivado } = versions;
  const made = [...(finn === null ? [] : [`FINN+ ${finn}`]), ...(vivado === null ? [] : [vivado])];
  const rows = [
    ['package', id],
    ['submodel', submodel],
    ['board', `${board} (${part}) at ${clockMHz} MHz`],
    ['made by', made.join(', ') || 'the emulated back end'],
    ...(bitstream.design === null ? [] : [['bitstream', bitstream.design]]),
  ];
  const notice = 'EMULATED: made without Vivado; no real board loads it';
  const lines = [
    ...(emulated ? [styled('yellow', notice, hasColour), ''] : []),
    ...table(rows),
    '',
    ...table(sides(description)),
    '',
    ...table(speed(description)),
    ...(accelerator === null ? [] : ['', ...table(engines(accelerator))]),
    '',
    ...table(
      [
        ['file', 'bytes', 'sha256'],
        ...files.map(({ path, size, sha256 }) => [path, String(size), sha256.slice(0, 12)]),
      ],
      [1],
    ),
  ];
  // A text of somebody else's is never wider than the line, or it would hide what stands below.
  return isInteractive ? lines.map((line) => (line.includes('\u001b') ? line : clipped(line, width))) : lines;
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

function speed({ cycles, clockMHz }: PackageDescription): readonly (readonly string[])[] {
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

/** Columns side by side, as wide as their cells; those of `numbers` end flush. */
function table(rows: readonly (readonly string[])[], numbers: readonly number[] = []): readonly string[] {
  const cells = rows.map((row) => row.map((text) => harmless(text).replace(/[\t\n]/g, ' ')));
  const width = (column: number): number => Math.max(...cells.map((row) => row[column]!.length));
  const widths = cells[0]!.map((_, column) => Math.max(width(column), column === 0 ? firstWidth : 0));
  return cells.map((row) =>
    row
      .map((text, column) =>
        numbers.includes(column) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** The widest label of the first column, so that the parts stand below each other. */
const firstWidth = 'bitstream'.length;
