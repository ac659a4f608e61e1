import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import wabt from 'wabt';
import { matmulWasm } from '../../../finn/execute/matmul-wasm.ts';

test('matmul-wasm.ts is matmul.wat assembled', async () => {
  const source = readFileSync(new URL('../../../finn/execute/matmul.wat', import.meta.url), 'utf8');
  const assembler = await wabt();
  const { buffer } = assembler.parseWat('matmul.wat', source, { simd: true }).toBinary({});
  expect(matmulWasm, 'put this into finn/execute/matmul-wasm.ts').toBe(
    Buffer.from(buffer).toString('base64'),
  );
});
