import type { CountedResources, FoldedLayer, FoldedNetwork } from '../stages/finn/estimate/try-foldings.ts';
import type { Terminal } from '../reporters/reporter.ts';
import type { Style } from '../reporters/style.ts';
import { padded, shortened, table, widestCells } from '../base/text.ts';
import { harmlessLine, styled } from '../reporters/style.ts';

interface Cell {
  readonly text: string;
  readonly style?: Style;
}

/**
 * A folding as lines: a row for each layer with the bottleneck marked, totals, and the rate. Given another one `before`,
 * changed values are marked. On a terminal no row is wider than the terminal.
 */
export function foldingLines(
  title: string,
  network: FoldedNetwork,
  before: FoldedNetwork | null,
  { width, isTerminal, hasColour }: Terminal,
): readonly string[] {
  const { layers, bottleneck } = network;
  const kinds = shownKinds([network, ...(before === null ? [] : [before])]);
  const header = ['layer', 'PE', 'SIMD', 'cycles', ...kinds.map(({ title }) => title)];
  const rows = layers.map((layer, index) => layerCells(layer, before?.layers[index] ?? layer, kinds));
  const total = [...['total', '', '', ''], ...kinds.map(({ kind }) => String(amountOf(network.total, kind)))];
  const plain = (texts: readonly string[]): readonly Cell[] => texts.map((text) => ({ text, style: 'gray' }));
  const cellRows = [plain(header), ...rows, plain(total)];
  const widths = columnWidths(cellRows, isTerminal ? width : Infinity);
  const lines = cellRows.map((cells, index) => {
    const isSlowest = layers[index - 1]?.name === bottleneck;
    const text = cells
      .map((cell, column) => aligned(cell, column, widths[column] ?? 0, hasColour))
      .join('  ');
    return `${isSlowest ? styled('yellow', '▸', hasColour) : ' '} ${text}`.trimEnd();
  });
  return [
    harmlessLine(title),
    '',
    ...lines,
    '',
    ...(before === null ? [rateLine(network)] : comparison(before, network, kinds)),
    ...legend(rows.flat(), network),
  ];
}

/** Images per second for people: whole from 10 up. */
function shownRate(rate: number): string {
  return `${rate < 10 ? rate.toFixed(2) : String(Math.round(rate))} img/s`;
}

const resources = [
  { kind: 'LUT', title: 'LUT' },
  { kind: 'BRAM_18K', title: 'BRAM18' },
  { kind: 'DSP', title: 'DSP' },
  { kind: 'URAM', title: 'URAM' },
  { kind: 'FF', title: 'FF' },
] as const;

type Kinds = readonly (typeof resources)[number][];

/** URAM only if there is any, flip-flops only if they may run short. */
function shownKinds(networks: readonly FoldedNetwork[]): Kinds {
  return resources.filter(({ kind }) => {
    if (kind === 'URAM') return networks.some(({ total }) => total.URAM > 0);
    return kind !== 'FF' || networks.some(({ isShortOfFlipFlops }) => isShortOfFlipFlops);
  });
}

function amountOf(counted: CountedResources, kind: Kinds[number]['kind']): number {
  return kind === 'FF' ? ('FF' in counted ? counted.FF : 0) : counted[kind];
}

function layerCells(layer: FoldedLayer, before: FoldedLayer, kinds: Kinds): readonly Cell[] {
  return [
    { text: harmlessLine(layer.name) },
    changeable(shown(before.PE), shown(layer.PE)),
    changeable(lanes(before), lanes(layer)),
    changeable(String(before.cycles), String(layer.cycles)),
    ...kinds.map(({ kind }): Cell => {
      const [value, other] = [amountOf(layer.resources, kind), amountOf(before.resources, kind)];
      return value === other ? { text: `${value} ` } : { text: `${value}*`, style: 'cyan' };
    }),
  ];
}

function shown(value: number | null): string {
  return value === null ? '-' : String(value);
}

function lanes({ SIMD, parallelWindow }: FoldedLayer): string {
  return `${shown(SIMD)}${parallelWindow === true ? 'w' : ''}`;
}

function changeable(before: string, after: string): Cell {
  return before === after ? { text: after } : { text: `${before}→${after}`, style: 'cyan' };
}

/** Each as wide as its cells, except the first, which takes the rest of the line. */
function columnWidths(table: readonly (readonly Cell[])[], width: number): readonly number[] {
  const [first = 0, ...others] = widestCells(table.map((cells) => cells.map(({ text }) => text)));
  const left = width - 2 - others.reduce((sum, own) => sum + own + 2, 0);
  return [Math.max(8, Math.min(first, left)), ...others];
}

function aligned({ text, style }: Cell, column: number, width: number, hasColour: boolean): string {
  const cell = column === 0 ? padded(shortened(text, width), width) : padded(text, width, 'start');
  return style === undefined ? cell : styled(style, cell, hasColour);
}

function rateLine({ rate, bottleneck, layers }: FoldedNetwork): string {
  const cycles = layers.find(({ name }) => name === bottleneck)?.cycles ?? 0;
  return `${shownRate(rate)}: ${harmlessLine(bottleneck)} takes ${cycles} cycles`;
}

function comparison(before: FoldedNetwork, after: FoldedNetwork, kinds: Kinds): readonly string[] {
  const rows = [
    ['', 'now', 'then'],
    ['rate', shownRate(before.rate), shownRate(after.rate)],
    ...kinds.map(({ kind, title }) => [
      title,
      String(amountOf(before.total, kind)),
      String(amountOf(after.total, kind)),
    ]),
    ['slowest', harmlessLine(before.bottleneck), harmlessLine(after.bottleneck)],
  ];
  return table(rows).map((line) => `  ${line}`);
}

function legend(cells: readonly Cell[], { model, layers }: FoldedNetwork): readonly string[] {
  const notes = [
    ...(cells.some(({ text }) => text.endsWith('w')) ? ['w: whole windows at a time'] : []),
    ...(cells.some(({ text }) => text.endsWith('*')) ? ['*: changed'] : []),
  ];
  const lines = [...(notes.length === 0 ? [] : [notes.join(', ')]), ...countedBy(model, layers)];
  return lines.length === 0 ? [] : ['', ...lines];
}

/** Who counted the resources; nothing if FINN did for all layers. */
function countedBy(model: FoldedNetwork['model'], layers: readonly FoldedLayer[]): readonly string[] {
  const isRtl = ({ name }: FoldedLayer): boolean => /_rtl_\d+$/.test(name);
  if (model === 'finn' || !layers.some(isRtl)) return [];
  const others = layers.every(isRtl) ? '' : "; of HLS layers FINN's estimates";
  return [`resources: what FINN's RTL instantiates${others}`];
}
