import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { operators } from '../../../finn/lower/import/index.ts';
import { quantisers, standard } from '../../../finn/lower/import/table.ts';
import { ops } from '../../../finn/ops/index.ts';
import { readModel } from '../../../onnx/read.ts';
import { golden } from '../network.ts';

/** Texts of the files of a folder and of those below it. */
function textsIn(folder: string, pattern: RegExp): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

const isImplementation = (opType: string): boolean => /_(hls|rtl)$/.test(opType);
const layers = Object.keys(ops).filter((opType) => !isImplementation(opType));
const implementations = Object.keys(ops).filter(isImplementation);

test.each(layers)('%s has an implementation', (layer) => {
  const known = [`${layer}_hls`, `${layer}_rtl`].filter((opType) => implementations.includes(opType));
  expect(
    known,
    `finn/ops/index.ts has neither ${layer}_hls nor ${layer}_rtl, so nothing can be built`,
  ).not.toEqual([]);
});

test.each(implementations)('%s implements a layer', (opType) => {
  const layer = opType.replace(/_(hls|rtl)$/, '');
  expect(layers, `finn/ops/index.ts lacks ${layer}, which a network has before specialisation`).toContain(
    layer,
  );
});

test.each(implementations)('%s says what its RTL instantiates, unless it is HLS', (opType) => {
  expect(ops[opType]!.synthesis === null).toBe(opType.endsWith('_hls'));
});

const answers = textsIn(golden, /\.json$/);

test.each(implementations)('FINN has answered for a %s', (opType) => {
  const missing = `no answer of FINN in test/golden has a ${opType}: let FINN estimate and execute one and store its answer`;
  expect(answers.includes(`"${opType}"`), missing).toBe(true);
});

const drawings = textsIn(
  join(import.meta.dirname, '..', '..', 'integration', 'rig', 'networks'),
  /^(lowering-[a-z]+|branching)\.ts$/,
);

/** Operators that are tested otherwise. */
const notDrawn: { readonly [operator: string]: string } = {
  ArgMax: 'test/finn/lower/argmax.test.ts compares it with a TopK',
  Dropout: 'it has the rule of Identity',
  GlobalAveragePool: 'test/integration/rig/networks/branching.ts draws it by a condition',
  Upsample: 'it has the rule of Resize',
};

test.each(operators.filter((operator) => !Object.hasOwn(notDrawn, operator)))(
  'random networks have a %s',
  (operator) => {
    const missing = `test/integration/rig/networks/lowering-*.ts draw no ${operator}, so we are never compared with FINN on one`;
    expect(drawings.includes(`'${operator}'`), missing).toBe(true);
  },
);

const tables = Object.entries({ ...standard, ...quantisers }).filter(([, { example }]) => example !== '');

test.each(tables)('%s has its example', (operator, { example }) => {
  const { nodes } = readModel(readFileSync(join(golden, example))).graph;
  expect(nodes.map(({ opType }) => opType)).toContain(operator);
});
