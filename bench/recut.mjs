// Counts how many submodels of MobileNetV1 are rebuilt after a single change of PE or SIMD, to the next smaller and the
// next larger legal value of each layer: with new cuts by the greedy walk each time, and with sticky cuts.
//
//   node bench/recut.mjs
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sources } from './measure.mjs';

const root = join(import.meta.dirname, '..');
const example = join(root, 'examples', 'mobilenetv1');
const {
  lower,
  readModel,
  applyFolding,
  minimiseBitWidths,
  nodeOf,
  cutGreedily,
  keepCuts,
  cuttableAfter,
  cutGraph,
  submodelId,
  boardType,
} = await sources({
  'finn/lower/lower.ts': ['lower'],
  'onnx/read.ts': ['readModel'],
  'finn/fold/apply.ts': ['applyFolding'],
  'finn/minimise/bit-widths.ts': ['minimiseBitWidths'],
  'finn/ops/index.ts': ['nodeOf'],
  'stages/split/cut-greedily.ts': ['cutGreedily'],
  'stages/split/keep-cuts.ts': ['keepCuts'],
  'finn/split/articulation.ts': ['cuttableAfter'],
  'finn/split/submodel.ts': ['cutGraph'],
  'finn/split/identity.ts': ['submodelId'],
  'boards/data.ts': ['boardType'],
});

const read = async (name) => JSON.parse(await readFile(join(example, name), 'utf8'));
const { part, resources } = boardType('zedboard');
const boards = ['zed0', 'zed1', 'zed2'].map((name) => ({ name, type: 'zedboard', resources }));
const limits = { LUT: 1, BRAM_18K: 1, DSP: 1, URAM: 1 };
const route = { preset: 'mobilenet', standaloneThresholds: false };
const model = readModel(await readFile(join(example, 'model.onnx')));
const { graph } = lower(model, part, await read('specialize.json'), route);
const folding = await read('folding.json');

const before = split(minimiseBitWidths(applyFolding(graph, folding)));
const built = new Set(before.map(({ id }) => id));
const lock = { pieces: before.map(({ first, last, id }) => ({ first, last, id, board: 'zedboard' })) };
console.log(`${String(before.length)} submodels at first`);

const counts = { greedy: new Map(), sticky: new Map() };
let refused = 0;
const began = performance.now();
for (const change of changes())
  try {
    const folded = minimiseBitWidths(applyFolding(graph, change));
    count('greedy', split(folded));
    count('sticky', split(folded, lock));
  } catch (error) {
    if (error.name !== 'Refusal' && error.name !== 'Refusals') throw error;
    refused += 1;
  }

const milliseconds = performance.now() - began;
for (const [name, histogram] of Object.entries(counts)) {
  const total = [...histogram.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...histogram].sort(([a], [b]) => a - b).map(([rebuilt, count]) => `${count} × ${rebuilt}`);
  console.log(`${name}: submodels built after each of ${total} changes: ${parts.join(', ')}`);
}
console.log(`${refused} changes refused, since a layer fits no board; ${milliseconds.toFixed(0)} ms in all`);

function* changes() {
  const folded = applyFolding(graph, folding);
  for (const node of folded.nodes) {
    const { op, view } = nodeOf(folded, node);
    const legal = op.legalValues(view);
    for (const attribute of ['PE', 'SIMD']) {
      const values = [...(legal[attribute] ?? [])].sort((a, b) => a - b);
      const at = values.indexOf(node.attributes[attribute]);
      for (const value of at < 0 ? [] : [values[at - 1], values[at + 1]])
        if (value !== undefined)
          yield { ...folding, [node.name]: { ...folding[node.name], [attribute]: value } };
    }
  }
}

function split(folded, lock = null) {
  const cuttable = cuttableAfter(folded);
  const question = { graph: folded, cuttable, after: [], boards, limits, part, overhead: null, lock };
  const { cuts } = keepCuts(question, cutGreedily(question));
  return cutGraph(folded, cuts).map((submodel) => ({
    id: submodelId(submodel),
    first: submodel.names[0][1],
    last: submodel.names.at(-1)[1],
  }));
}

function count(name, parts) {
  const rebuilt = parts.filter(({ id }) => !built.has(id)).length;
  counts[name].set(rebuilt, (counts[name].get(rebuilt) ?? 0) + 1);
}
