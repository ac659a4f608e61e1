// Charts as SVG text: on a card of their own, since the page that shows them may be white or dark.

export const colours = {
  busy: '#2f6db5',
  starved: '#f0c95c',
  blocked: '#c8502f',
  line: '#2f6db5',
  band: '#a9c8ec',
};
const [ink, faint] = ['#24292f', '#d0d7de'];

/** A whole picture of this size, in pixels, with a title for those who do not see it. */
export function card(width, height, title, parts) {
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="${ink}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6" fill="#ffffff" stroke="${faint}"/>`,
    ...parts.flat(Infinity),
    '</svg>',
  ].join('\n')}\n`;
}

export function text(x, y, words, { anchor = 'start', size = 12, weight = 'normal' } = {}) {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-size="${size}" font-weight="${weight}">${escaped(words)}</text>`;
}

export function box(x, y, width, height, fill) {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"/>`;
}

/** A line from left to right or down, faint unless it is `strong`. */
export function rule(x1, y1, x2, y2, { strong = false } = {}) {
  const style = strong ? `stroke="${ink}" stroke-dasharray="4 3"` : `stroke="${faint}"`;
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" ${style}/>`;
}

export function curve(points, stroke) {
  return `<path d="M${path(points)}" fill="none" stroke="${stroke}" stroke-width="1.5"/>`;
}

export function area(points, fill) {
  return `<path d="M${path(points)}Z" fill="${fill}"/>`;
}

function path(points) {
  return points.map(([x, y]) => `${round(x)} ${round(y)}`).join('L');
}

function round(value) {
  return Math.round(value * 10) / 10;
}

function escaped(words) {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
