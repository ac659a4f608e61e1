import { clipped, shortened, table, widestCells, wrapped } from '../base/text.ts';
import type { Terminal } from '../reporters/reporter.ts';
import { lineWidth } from '../reporters/reporter.ts';
import { harmless, harmlessLine, styled } from '../reporters/style.ts';
import type { Block } from '../stages/view.ts';

/** What a view shows as lines no wider than the terminal; the header of a table is grey. */
export function blockLines(blocks: readonly Block[], terminal: Terminal): readonly string[] {
  return blocks.flatMap((block): readonly string[] => {
    switch (block.type) {
      case 'gap':
        return [''];
      case 'text':
        return textLines(block, lineWidth(terminal));
      case 'table':
        return tableLines(block, terminal);
    }
  });
}

type Of<Type extends Block['type']> = Extract<Block, { readonly type: Type }>;

function textLines({ text, mark }: Of<'text'>, width: number): readonly string[] {
  const lead = mark === undefined ? '' : `${harmlessLine(mark)}  `;
  return wrapped(
    `${lead}${harmless(text)}`,
    width,
    ' '.repeat(lead.length + (/^ */.exec(text)?.[0].length ?? 0)),
  );
}

function tableLines(block: Of<'table'>, { isTerminal, width, hasColour }: Terminal): readonly string[] {
  const room = isTerminal ? width : Infinity;
  const { rows, numbers, flexible } = fitting(block, room);
  const widths = widestCells(rows);
  const most = (column: number): number =>
    flexible.includes(column)
      ? Math.max(8, (widths[column] ?? 0) - Math.ceil(excess(widths, room) / flexible.length))
      : Infinity;
  const cells = rows.map((row) => row.map((cell, column) => shortened(cell, most(column))));
  // A line that wraps would make the whole table unreadable.
  const lines = table(cells, { numbers }).map((line) => clipped(line, room));
  return lines.map((line, index) => (index === 0 ? styled('gray', line, hasColour) : line));
}

/** The table with harmless cells, without the columns that it can do without if it is too wide. */
function fitting({ rows, numbers, flexible, dispensable = [] }: Of<'table'>, room: number) {
  const all = { rows: rows.map((row) => row.map(harmlessLine)), numbers, flexible };
  if (excess(widestCells(all.rows), room) === 0) return all;
  const kept = (rows[0] ?? []).map((_, column) => column).filter((column) => !dispensable.includes(column));
  const places = (columns: readonly number[]): readonly number[] =>
    columns.filter((column) => kept.includes(column)).map((column) => kept.indexOf(column));
  return {
    rows: all.rows.map((row) => kept.map((column) => row[column] ?? '')),
    numbers: places(numbers),
    flexible: places(flexible),
  };
}

/** By how much columns of these widths are too wide together. */
function excess(widths: readonly number[], room: number): number {
  return Math.max(0, widths.reduce((sum, one) => sum + one + 2, -2) - room);
}
