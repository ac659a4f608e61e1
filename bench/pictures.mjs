// The pictures of docs/timing.md, from what the cycle model does with MobileNetV1.
//
//   node bench/pictures.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eager, handshakesOf, machineOf, networks, sizeFifos, depthsByPolicy } from './submodels.mjs';
import { area, box, card, colours, curve, rule, text } from './svg.mjs';

const queue = 2;
const pictures = join(import.meta.dirname, '..', 'docs', 'pictures');
const submodel = (await networks())[1];
mkdirSync(pictures, { recursive: true });
writeFileSync(join(pictures, 'fifos-around-a-window.svg'), occupancy(submodel));
writeFileSync(join(pictures, 'where-time-goes.svg'), waits(submodel));

/** Words in the FIFOs in front of and behind one window generator, over time, with FIFOs of 2 and of 33. */
function occupancy({ network, names }) {
  const original = 'ConvolutionInputGenerator_rtl_8';
  const [window] = names.find(([, name]) => name === original);
  const inFront = network.fifos.findIndex(({ to, side }) => to === window && side !== 'before-converter');
  const behind = network.fifos.findIndex(({ from, side }) => from === window && side !== 'behind-converter');
  const { least, uniform } = depthsByPolicy(network);
  const [width, left, plot, bins, cycles] = [860, 56, 780, 390, 860_000];
  const x = (cycle) => left + (cycle / cycles) * plot;
  const rows = [
    { depths: least, depth: 2, most: 5 },
    { depths: uniform, depth: 33, most: 33 },
  ];
  const parts = rows.flatMap(({ depths, depth, most }, row) => {
    const { ends, binned } = occupancyOf(network, depths, [inFront, behind], cycles, bins);
    const top = 64 + row * 238;
    const panels = [
      [`in front of ${original}, FIFOs of ${depth}`, binned[0]],
      [`behind it`, binned[1]],
    ].map(([name, { means, maxima }], index) => {
      const base = top + 78 + index * 110;
      const y = (words) => base - (words / most) * 70;
      const at = (values) => values.map((words, bin) => [x(((bin + 0.5) * cycles) / bins), y(words)]);
      return [
        text(left, base - 78, name),
        text(left - 6, y(most) + 4, String(most), { anchor: 'end' }),
        text(left - 6, base + 4, '0', { anchor: 'end' }),
        rule(left, y(most), left + plot, y(most)),
        area([[x(0), base], ...at(maxima), [x(cycles), base]], colours.band),
        curve(at(means), colours.line),
        rule(left, base, left + plot, base),
        ends.map((end) => rule(x(end), y(most), x(end), base, { strong: true })),
        index === 1 ? ends.map((end, image) => endMark(x(end), base + 15, image, end)) : [],
      ];
    });
    return panels;
  });
  return card(width, 540, 'Words in the FIFOs around one window generator over time', [
    text(20, 26, 'Words in the FIFOs around one window generator', { size: 15, weight: 'bold' }),
    text(20, 44, 'MobileNetV1, submodel 1, all FIFOs equally deep. Line: mean of 2205 cycles; shaded: most.'),
    parts,
  ]);
}

function endMark(x, y, image, end) {
  return text(x, y, `image ${image + 1} out: cycle ${grouped(end)}`, { anchor: 'end' });
}

/** Digits in groups of three. */
function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

function occupancyOf(network, depths, fifos, cycles, bins) {
  const per = cycles / bins;
  const held = fifos.map(() => 0);
  const binned = fifos.map(() => ({ means: new Array(bins).fill(0), maxima: new Array(bins).fill(0) }));
  const ends = run(network, depths, { images: 4, cycles }, (cycle, { fire }) => {
    const bin = Math.max(0, Math.floor(cycle / per));
    for (const [index, fifo] of fifos.entries()) {
      const { input, output } = network.fifos[fifo];
      held[index] += fire[input] - fire[output];
      const { means, maxima } = binned[index];
      means[bin] += held[index] / per;
      maxima[bin] = Math.max(maxima[bin], held[index]);
    }
  });
  return { ends, binned };
}

/** Of each layer, the shares of time in which it works, waits for a word or waits for room, with three policies for FIFOs. */
function waits({ network, names }) {
  const { least, uniform } = depthsByPolicy(network);
  const { depths } = sizeFifos(network, { queue, driver: eager, hasUram: false, target: null, budget: null });
  const policies = [
    ['minimal', least],
    ['33', uniform],
    ['sized', depths],
  ].map(([name, of]) => ({ name, ...sharesOf(network, of, names) }));
  const [left, column, gap, pitch, top] = [236, 190, 18, 15, 92];
  const rows = names.flatMap(([local, name], row) => {
    const y = top + row * pitch;
    return [
      text(left - 8, y + 10, name, { anchor: 'end', size: 11 }),
      policies.map(({ shares }, policy) => {
        const { busy, starved, blocked } = shares.get(local);
        const x = left + policy * (column + gap);
        return [
          box(x, y, busy * column, pitch - 3, colours.busy),
          box(x + busy * column, y, starved * column, pitch - 3, colours.starved),
          box(x + (busy + starved) * column, y, blocked * column, pitch - 3, colours.blocked),
        ];
      }),
    ];
  });
  const legend = [
    ['works', colours.busy],
    ['waits for a word', colours.starved],
    ['waits for room', colours.blocked],
  ].map(([name, colour], index) => {
    const x = left + index * 150;
    return [box(x, 42, 12, 12, colour), text(x + 18, 52, name)];
  });
  const headings = policies.map(({ name, interval }, index) =>
    text(left + index * (column + gap), 80, `${name}, interval ${grouped(interval)}`, { weight: 'bold' }),
  );
  const width = left + 3 * column + 2 * gap + 20;
  return card(width, top + names.length * pitch + 14, 'Where the layers of a submodel spend their time', [
    text(20, 26, 'MobileNetV1, submodel 1: where each layer spends its time', { size: 15, weight: 'bold' }),
    legend,
    headings,
    rows,
  ]);
}

/** Shares of the two images behind the first one, by layer; one that has neither room nor a word counts as waiting for room. */
function sharesOf({ fifos, ...rest }, depths, names) {
  const links = names.map(([layer]) => ({
    inputs: fifos
      .filter(({ to, side }) => to === layer && side !== 'before-converter')
      .map(({ output }) => output),
    outputs: fifos
      .filter(({ from, side }) => from === layer && side !== 'behind-converter')
      .map(({ input }) => input),
    starved: 0,
    blocked: 0,
  }));
  let samples = 0;
  const ends = run({ fifos, ...rest }, depths, { images: 3, cycles: Infinity }, (cycle, wires, images) => {
    if (images === 0 || cycle % 61 !== 0) return;
    samples += 1;
    const { valid, ready } = wires;
    for (const link of links)
      if (link.outputs.some((output) => valid[output] > ready[output])) link.blocked += 1;
      else if (link.inputs.some((input) => ready[input] > valid[input])) link.starved += 1;
  });
  const shares = new Map(
    names.map(([layer], index) => {
      const [starved, blocked] = [links[index].starved / samples, links[index].blocked / samples];
      return [layer, { starved, blocked, busy: 1 - starved - blocked }];
    }),
  );
  return { shares, interval: ends[2] - ends[1] };
}

/** Runs images back to back and calls `each` in every cycle, with the wires and the images that are out; returns their ends. */
function run(network, depths, { images, cycles }, each) {
  const { wires, parallelWindows, step } = machineOf(network, depths, queue);
  const { valid, ready, fire } = wires;
  const pass = handshakesOf(wires);
  const { source, sink } = network;
  const ends = [];
  let [taken, given] = [0, 0];
  for (let cycle = -20; given < sink.words * images && cycle < cycles; cycle += 1) {
    valid[source.link] = cycle >= 0 && taken < source.words * images ? 1 : 0;
    ready[sink.link] = cycle >= 0 ? 1 : 0;
    pass();
    for (const unit of parallelWindows) unit.veto();
    taken += fire[source.link];
    given += fire[sink.link];
    if (fire[sink.link] === 1 && given % sink.words === 0) ends.push(cycle);
    each(cycle, wires, ends.length);
    step();
  }
  return ends;
}
