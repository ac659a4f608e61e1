// Which kernel executes the matrix products of a network, measured on the shapes of MobileNetV1 (224 x 224).
//
//   node bench/execute.mjs [DIRECTORY]
//
// DIRECTORY is a folder in which `npm install onnxruntime-node onnxruntime-web` was run; without it only our own kernels
// are measured. Every candidate multiplies the same 4-bit values and must give the same integers.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const float32 = 1;

// Rows (positions), depth and columns of each product: the first convolution, the pointwise ones, the classifier.
const layers = [
  [12544, 27, 32],
  [12544, 32, 64],
  [3136, 64, 128],
  [3136, 128, 128],
  [784, 128, 256],
  [784, 256, 256],
  [196, 256, 512],
  ...Array.from({ length: 5 }, () => [196, 512, 512]),
  [49, 512, 1024],
  [49, 1024, 1024],
  [1, 1024, 1000],
];
const multiplications = layers.reduce((sum, [rows, depth, columns]) => sum + rows * depth * columns, 0);

const problems = layers.map(([rows, depth, columns]) => ({
  rows,
  depth,
  columns,
  values: random(rows * depth, 0, 15),
  weights: random(depth * columns, -8, 7),
}));

const own = await ownKernels();
const expected = problems.map((problem) => own.plain(problem)(problem.values));
await report(
  'own JavaScript (int32)',
  (problem) => own.plain(problem),
  (problem) => problem.values,
);
await report(
  'own WebAssembly SIMD (int16)',
  (problem) => own.simd(problem),
  (problem) => problem.values,
);
await reportThresholds();
const [directory] = process.argv.slice(2);
if (directory !== undefined) {
  const require = createRequire(join(directory, 'x.js'));
  const native = require('onnxruntime-node');
  const web = require('onnxruntime-web');
  web.env.wasm.numThreads = 1;
  await report(
    'onnxruntime-node, 1 thread (float32)',
    (problem) => session(native, problem, { intraOpNumThreads: 1 }),
    floats,
  );
  await report(
    'onnxruntime-node, 2 threads (float32)',
    (problem) => session(native, problem, { intraOpNumThreads: 2 }),
    floats,
  );
  await report(
    'onnxruntime-web, WebAssembly (float32)',
    (problem) => session(web, problem, { executionProviders: ['wasm'] }),
    floats,
  );
}

async function report(name, prepare, input) {
  const runs = await Promise.all(problems.map((problem) => prepare(problem)));
  const inputs = problems.map(input);
  for (const [index, run] of runs.entries()) {
    const found = await run(inputs[index]);
    if (!found.every((value, at) => value === expected[index][at]))
      throw new Error(`${name}: layer ${index} differs`);
  }
  const times = [];
  for (let repeat = 0; repeat < 5; repeat += 1) {
    const start = performance.now();
    for (const [index, run] of runs.entries()) await run(inputs[index]);
    times.push(performance.now() - start);
  }
  const best = Math.min(...times);
  const rate = multiplications / best / 1e6;
  console.log(`${name}: ${best.toFixed(1)} ms per image (${rate.toFixed(2)} G multiply-accumulates/s)`);
}

/** 4-bit activations after every product: 15 thresholds for each channel. */
async function reportThresholds() {
  const steps = problems.map(({ columns }, index) => {
    const thresholds = Float32Array.from(random(columns * 15, -400, 400));
    return own
      .thresholds(thresholds, [columns, 15], { scale: 1, bias: 0 })
      .bind(null, expected[index], columns);
  });
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    for (const step of steps) step();
    return performance.now() - start;
  });
  console.log(
    `own JavaScript, thresholds after every product: ${Math.min(...times).toFixed(1)} ms per image`,
  );
}

async function ownKernels() {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { createKernels, plainMatmul } from './finn/execute/kernels.ts';
        export { datatype } from './finn/datatype.ts';
        export { prepareThresholds } from './finn/execute/thresholds.ts';`,
      resolveDir: join(import.meta.dirname, '..'),
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  const { createKernels, plainMatmul, datatype, prepareThresholds } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  );
  const kernels = createKernels();
  return {
    thresholds: prepareThresholds,
    plain: ({ weights, depth, columns }) => plainMatmul(Float32Array.from(weights), depth, columns),
    simd: ({ weights, depth, columns }) =>
      kernels.matmul(Float32Array.from(weights), depth, columns, datatype('UINT4')),
  };
}

async function session(runtime, { rows, depth, columns, weights }, options) {
  const info = (name, shape) => ({
    name,
    type: { tensorType: { elemType: float32, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
  });
  const bytes = onnx.ModelProto.encode({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'matmul',
      node: [{ opType: 'MatMul', input: ['a', 'b'], output: ['c'] }],
      input: [info('a', [rows, depth])],
      output: [info('c', [rows, columns])],
      initializer: [
        {
          name: 'b',
          dataType: float32,
          dims: [depth, columns],
          rawData: new Uint8Array(Float32Array.from(weights).buffer),
        },
      ],
    },
  }).finish();
  const loaded = await runtime.InferenceSession.create(bytes, options);
  return async (values) => {
    const { c } = await loaded.run({ a: new runtime.Tensor('float32', values, [rows, depth]) });
    return c.data;
  };
}

function floats({ values }) {
  return Float32Array.from(values);
}

/** Reproducible values, so that two runs measure the same work. */
function random(length, lowest, highest) {
  let state = 1;
  return Int32Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return lowest + ((state >>> 16) % (highest - lowest + 1));
  });
}
