// Pace, latency and FIFOs of the shipped examples by the cycle model: with the least FIFOs, with 33 words everywhere, with
// sized FIFOs and with FIFOs that never fill; and how long a simulation and a search take.
//
//   node bench/cycles.mjs [--only NAME]
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sources } from './measure.mjs';

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
const examples = join(import.meta.dirname, '..', 'examples');
const {
  lower,
  readModel,
  applyFolding,
  minimiseBitWidths,
  cutGraph,
  networkOf,
  measure,
  simulate,
  eager,
  sizeFifos,
  fifoResources,
  sumResources,
  boardType,
} = await sources({
  'finn/lower/lower.ts': ['lower'],
  'onnx/read.ts': ['readModel'],
  'finn/fold/apply.ts': ['applyFolding'],
  'finn/minimise/bit-widths.ts': ['minimiseBitWidths'],
  'finn/split/submodel.ts': ['cutGraph'],
  'finn/cycles/network.ts': ['networkOf'],
  'finn/cycles/measure.ts': ['measure'],
  'finn/cycles/simulate.ts': ['simulate'],
  'finn/cycles/drivers.ts': ['eager'],
  'finn/cycles/sizing/size-fifos.ts': ['sizeFifos'],
  'finn/overheads/fifo.ts': ['fifoResources'],
  'finn/split/board.ts': ['sumResources'],
  'boards/data.ts': ['boardType'],
});

const { part } = boardType('zedboard');
const options = { queue: 2, driver: eager };
const mobilenet = { preset: 'mobilenet', standaloneThresholds: false };
const byDefault = { preset: 'default', standaloneThresholds: false };
const cuts = [11, 17, 23, 25].map((index) => `Thresholding_rtl_${index}`).concat('Pool_hls_0');
const pieces = [
  ...(await submodels('mobilenetv1', mobilenet, cuts)),
  ...(await submodels('cnv-w2a2', byDefault, [])),
  ...(await submodels('tfc-w2a2', byDefault, [])),
].filter(({ name }) => only === undefined || name.startsWith(only));

console.log('CPU seconds; resources of all FIFOs by FINN’s estimate, memory blocks of 18 kbit');
const totals = { simulation: 0, search: 0 };
for (const { name, graph } of pieces) {
  const { network } = networkOf(graph, part);
  const least = network.fifos.map(({ written }) => written);
  const simulation = timed(() => simulate(network, least, { ...options, images: 3, limit: 1e12 }));
  const search = timed(() => sizeFifos(network, { ...options, hasUram: false, target: null, budget: null }));
  totals.simulation += simulation.seconds;
  totals.search += search.seconds;
  const nanoseconds = (simulation.seconds * 1e9) / simulation.result.steps;
  console.log(
    `\n${name}: ${network.units.length} units, ${network.fifos.length} FIFOs; ` +
      `3 images ${simulation.seconds.toFixed(2)} s, ${nanoseconds.toFixed(1)} ns per unit and cycle; ` +
      `search ${search.seconds.toFixed(1)} s, ${search.result.runs} runs, ${(search.result.steps / 1e9).toFixed(2)} · 10⁹ steps`,
  );
  const policies = [
    ['minimal', least],
    ['33', least.map((depth) => Math.max(33, depth))],
    ['sized', search.result.depths],
    ['unbounded', least.map(() => Infinity)],
  ];
  for (const [policy, depths] of policies) {
    const { pace } = measure(network, depths, options);
    const { LUT, BRAM_18K } = sumResources(
      network.fifos.map(({ width }, index) => fifoResources(depths[index], width, false)),
    );
    const cost = policy === 'unbounded' ? '' : `, ${LUT} LUT, ${BRAM_18K} blocks`;
    console.log(`  ${policy}: interval ${pace.interval}, latency ${pace.latency}${cost}`);
  }
}
console.log(`\nall: simulation ${totals.simulation.toFixed(2)} s, search ${totals.search.toFixed(1)} s`);

async function submodels(example, route, lastLayers) {
  const read = async (file) => JSON.parse(await readFile(join(examples, example, file), 'utf8'));
  const model = readModel(await readFile(join(examples, example, 'model.onnx')));
  const { graph } = lower(model, part, await read('specialize.json'), route);
  const folded = minimiseBitWidths(applyFolding(graph, await read('folding.json')));
  const after = lastLayers.map((layer) => folded.nodes.findIndex(({ name }) => name === layer));
  const parts = cutGraph(folded, after);
  return parts.map(({ graph: piece }, index) => ({
    name: parts.length === 1 ? example : `${example} ${index + 1}`,
    graph: piece,
  }));
}

function timed(work) {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (user + system) / 1e6 };
}
