import { counted, shortened } from '../../base/text.ts';
import type { ShownLayer, ShownSubmodel, SplitFacts } from './facts.ts';

/**
 * A split as SVG: a card for each board in turn with how full it is, its layers as bars by their share of it, and between the cards
 * what crosses the cut. It needs no fonts and nothing else from outside, and has a background of its own.
 */
export function pictureOf(facts: SplitFacts): string {
  const { submodels, idle } = facts;
  const count = submodels.length + idle.length;
  const perRow = Math.min(cardsPerRow, count);
  const rows = rowsOf(submodels, count, perRow);
  const largest = Math.max(...submodels.flatMap(({ layers }) => layers.map(({ share }) => share)), 0.0001);
  const placeOf = (index: number): Place => {
    const row = rows[Math.floor(index / perRow)];
    const x = margin + (index % perRow) * (cardWidth + gap);
    return { x, y: row?.y ?? 0, height: row?.height ?? 0 };
  };
  const cards = submodels.map((submodel, index) => {
    const place = placeOf(index);
    return card(submodel, place, largest) + arrow(submodel, place, (index + 1) % perRow === 0);
  });
  const empty = idle.map((name, index) => idleCard(name, placeOf(submodels.length + index)));
  const last = rows.at(-1);
  const width = 2 * margin + perRow * cardWidth + (perRow - 1) * gap;
  const height = (last?.y ?? 0) + (last?.height ?? 0) + 2 * margin + 6;
  const title = `${counted(submodels.length, 'submodel')} at ${facts.clockMHz} MHz`;
  const legend = `bar: share of the board, of what a layer takes most of; the longest is ${percent(largest)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(title)}</title>
<style>${style}</style>
<rect class="ground" width="${width}" height="${height}" rx="8"/>
${text('title', margin, margin + 14, title)}
${[...cards, ...empty].join('\n')}
${text('quiet', margin, height - margin + 4, legend)}
</svg>
`;
}

/** Where a card is, in pixels. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** Each row of cards is as high as its highest one. */
function rowsOf(
  submodels: readonly ShownSubmodel[],
  count: number,
  perRow: number,
): readonly Omit<Place, 'x'>[] {
  let y = margin + 34;
  return Array.from({ length: Math.ceil(count / perRow) }, (_, row) => {
    const inRow = submodels.slice(row * perRow, (row + 1) * perRow);
    const place = { y, height: Math.max(headHeight, ...inRow.map(heightOf)) };
    y += place.height + rowGap;
    return place;
  });
}

const cardsPerRow = 4;
const cardWidth = 270;
const gap = 84;
const rowGap = 28;
const margin = 20;
const padding = 12;
const layerHeight = 20;
const headHeight = 54;
const meterHeight = 18;

const style = `
text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1f2933}
.title{font-size:15px;font-weight:bold}.board{font-size:14px;font-weight:bold}.quiet{fill:#5b6875;font-size:11px}
.ground{fill:#f7f8fa}.card{fill:#fff;stroke:#c3cad2}.idle{fill:none;stroke:#8a95a1;stroke-dasharray:5 4}
.track{fill:#e6eaee}.fill{fill:#3577c9}.full{fill:#c4432b}.layer{fill:#a9c9ee}.line{stroke:#5b6875;stroke-width:1.5;fill:none}
@media (prefers-color-scheme:dark){text{fill:#e4e9ee}.quiet{fill:#a3afbb}.ground{fill:#14181d}.card{fill:#1f252c;stroke:#46515c}
.track{fill:#323b45}.fill{fill:#5a9be6}.full{fill:#e2694f}.layer{fill:#2f5684}.line{stroke:#a3afbb}.idle{stroke:#6c7884}}
`;

const kinds = [
  ['LUT', 'LUT'],
  ['BRAM_18K', 'BRAM18'],
  ['DSP', 'DSP'],
  ['URAM', 'URAM'],
  ['FF', 'FF'],
] as const;

/** Of the resources that the board has and that are counted, those that every picture shows, or that the submodel takes. */
function metersOf({ used }: ShownSubmodel) {
  return kinds.flatMap(([kind, title]) => {
    const { amount = 0, share = null } = used[kind] ?? {};
    const isShown = amount > 0 || kind === 'LUT' || kind === 'BRAM_18K' || kind === 'DSP';
    return isShown ? [{ title, amount, share }] : [];
  });
}

function heightOf(submodel: ShownSubmodel): number {
  return (
    headHeight + metersOf(submodel).length * meterHeight + 12 + submodel.layers.length * layerHeight + padding
  );
}

function card(submodel: ShownSubmodel, { x, y, height }: Place, largest: number): string {
  const { position, board, boardType, pace, layers } = submodel;
  const name = board === null ? boardType : `${board} (${boardType})`;
  const left = x + padding;
  const inner = cardWidth - 2 * padding;
  const meters = metersOf(submodel).map(({ title, amount, share }, index) => {
    const top = y + headHeight + index * meterHeight;
    const [from, length] = [left + 54, inner - 54 - 96];
    const shown = share === null ? String(amount) : `${amount} ${percent(share).padStart(5)}`;
    const filled = length * Math.min(1, share ?? 0);
    return `${text('', left, top + 10, title)}${bar('track', from, top + 2, length, 9)}${bar((share ?? 0) > 1 ? 'full' : 'fill', from, top + 2, filled, 9)}${text('', left + inner, top + 10, shown, 'end')}`;
  });
  const top = y + headHeight + meters.length * meterHeight + 12;
  const rows = layers.map((layer, index) => layerRow(layer, left, top + index * layerHeight, inner, largest));
  const interval = `${pace.isEstimate ? '≈ ' : ''}${pace.interval} cycles an image`;
  return `<g><rect class="card" x="${x}" y="${y}" width="${cardWidth}" height="${height}" rx="6"/>${text('board', left, y + 22, shortened(`${position}  ${name}`, 29))}${text('quiet', left, y + 40, interval)}${meters.join('')}${rows.join('')}</g>`;
}

function layerRow({ name, share }: ShownLayer, x: number, y: number, width: number, largest: number): string {
  const length = Math.max(2, (width * share) / largest);
  return `<g><title>${escaped(`${name}: ${percent(share)} of the board`)}</title>${bar('layer', x, y, length, layerHeight - 3)}${text('', x + 4, y + 13, shortened(name, 33))}</g>`;
}

/** What goes on to the next board: to the right, or from the last card of a row to the next row. */
function arrow({ cut, outputBytes }: ShownSubmodel, { x, y }: Place, isLast: boolean): string {
  if (cut === null) return '';
  const [from, top] = [x + cardWidth, y + 30];
  const to = from + gap - 10;
  const label = text('quiet', from + gap / 2, top - 8, `${outputBytes} B`, 'middle');
  const why = `<title>${escaped(`cut: ${cut}`)}</title>`;
  if (isLast) return `<g>${why}${text('quiet', from - padding, y + 40, `${outputBytes} B ↓`, 'end')}</g>`;
  return `<g>${why}${label}<path class="line" d="M${from + 6} ${top}H${to}M${to - 7} ${top - 5}L${to} ${top}L${to - 7} ${top + 5}"/></g>`;
}

function idleCard(name: string, { x, y, height }: Place): string {
  return `<g><rect class="idle" x="${x}" y="${y}" width="${cardWidth}" height="${height}" rx="6"/>${text('board', x + padding, y + 22, shortened(name, 29))}${text('quiet', x + padding, y + 40, 'idle')}</g>`;
}

function bar(kind: string, x: number, y: number, width: number, height: number): string {
  return `<rect class="${kind}" x="${x}" y="${y}" width="${width.toFixed(1)}" height="${height}" rx="2"/>`;
}

function text(kind: string, x: number, y: number, content: string, anchor = 'start'): string {
  return `<text class="${kind}" x="${x}" y="${y}" text-anchor="${anchor}" xml:space="preserve">${escaped(content)}</text>`;
}

function percent(share: number): string {
  return `${share > 0 && share < 0.0995 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;
}

/** A text from outside as XML: names of layers and boards may hold anything. */
function escaped(content: string): string {
  const allowed = content.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu, '');
  return allowed.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
