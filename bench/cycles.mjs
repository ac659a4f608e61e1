// Pace, latency and FIFOs of the shipped examples by the cycle model: with the least FIFOs, with 33 words everywhere, with
// sized FIFOs and with FIFOs that never fill; and how long a simulation and a search take.
//
//   node bench/cycles.mjs [--only NAME]
import { parseArgs } from 'node:util';
import {
  eager,
  fifoResources,
  measure,
  networks,
  simulate,
  sizeFifos,
  sumResources,
  depthsByPolicy,
} from './submodels.mjs';

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
const options = { queue: 2, driver: eager };
const pieces = (await networks()).filter(({ name }) => only === undefined || name.startsWith(only));

console.log('CPU seconds; resources of all FIFOs by FINN’s estimate, memory blocks of 18 kbit');
const totals = { simulation: 0, search: 0 };
for (const { name, network } of pieces) {
  const { least, uniform, unbounded } = depthsByPolicy(network);
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
    ['33', uniform],
    ['sized', search.result.depths],
    ['unbounded', unbounded],
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

function timed(work) {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (user + system) / 1e6 };
}
