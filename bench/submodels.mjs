// The shipped examples, folded and cut as the measurements of cycles need them, and the parts of the cycle model.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sources } from './measure.mjs';

const examples = join(import.meta.dirname, '..', 'examples');
const own = await sources({
  'finn/lower/lower.ts': ['lower'],
  'onnx/read.ts': ['readModel'],
  'finn/fold/apply.ts': ['applyFolding'],
  'finn/minimise/bit-widths.ts': ['minimiseBitWidths'],
  'finn/split/submodel.ts': ['cutGraph'],
  'finn/cycles/network.ts': ['networkOf'],
  'finn/cycles/machine.ts': ['machineOf'],
  'finn/cycles/units/wires.ts': ['handshakesOf'],
  'finn/cycles/measure.ts': ['measure'],
  'finn/cycles/simulate.ts': ['simulate'],
  'finn/cycles/drivers.ts': ['eager'],
  'finn/cycles/sizing/size-fifos.ts': ['sizeFifos'],
  'finn/overheads/fifo.ts': ['fifoResources'],
  'finn/split/board.ts': ['sumResources'],
  'boards/data.ts': ['boardType'],
});

export const { machineOf, handshakesOf, measure, simulate, eager, sizeFifos, fifoResources, sumResources } =
  own;

const { part } = own.boardType('zedboard');
const mobilenet = { preset: 'mobilenet', standaloneThresholds: false };
const byDefault = { preset: 'default', standaloneThresholds: false };
const cuts = [11, 17, 23, 25].map((index) => `Thresholding_rtl_${index}`).concat('Pool_hls_0');

/** The six submodels of MobileNetV1 as published, counted from 0, and cnv-w2a2 and tfc-w2a2 as a whole. */
export async function networks() {
  return [
    ...(await submodels('mobilenetv1', mobilenet, cuts)),
    ...(await submodels('cnv-w2a2', byDefault, [])),
    ...(await submodels('tfc-w2a2', byDefault, [])),
  ];
}

/** The least depths of FIFOs, 33 everywhere, and FIFOs that never fill. */
export function depthsByPolicy({ fifos }) {
  const least = fifos.map(({ written }) => written);
  return { least, uniform: least.map((depth) => Math.max(33, depth)), unbounded: least.map(() => Infinity) };
}

async function submodels(example, route, lastLayers) {
  const read = async (file) => JSON.parse(await readFile(join(examples, example, file), 'utf8'));
  const model = own.readModel(await readFile(join(examples, example, 'model.onnx')));
  const { graph } = own.lower(model, part, await read('specialize.json'), route);
  const folded = own.minimiseBitWidths(own.applyFolding(graph, await read('folding.json')));
  const after = lastLayers.map((layer) => folded.nodes.findIndex(({ name }) => name === layer));
  const parts = own.cutGraph(folded, after);
  return parts.map(({ graph: piece, names }, index) => ({
    name: parts.length === 1 ? example : `${example} ${index}`,
    network: own.networkOf(piece, part).network,
    names,
  }));
}
