import { expect, it } from 'vitest';
import { checkFinn } from '../../toolchain/finn/check.ts';
import { temporaryFolder } from '../rig/project.ts';
import { fakePython } from './fake-python.ts';

const path = process.env['PATH'] ?? '';

it('accepts the right FINN+', async () => {
  expect(await checkFinn(fakePython(temporaryFolder()), path)).toBeNull();
});

it.each([
  ['toolchain/other-finn', 'has FINN+ 1.5.0, not 1.6.1', { 'finn-plus': '1.5.0', qonnx: '1.0.0' }],
  ['toolchain/other-finn', "has AMD's FINN 0.10.1, which is a different program", { finn: '0.10.1' }],
  [
    'toolchain/other-finn',
    "has AMD's FINN 0.10.1, which is a different program",
    { finn: '0.10.1', 'finn-plus': '1.6.1' },
  ],
  ['toolchain/no-finn', 'has no FINN+', { numpy: '2.4.6' }],
])('refuses with %s: %s', async (code, message, distributions) => {
  const python = fakePython(temporaryFolder(), { distributions });
  expect(await checkFinn(python, path)).toEqual({
    code,
    severity: 'error',
    message: `${python} ${message}`,
    hint: 'pipeline toolchain install finn makes an environment with FINN+ 1.6.1',
  });
});

it('refuses a program that is not Python', async () => {
  expect(await checkFinn('/nowhere/python', path)).toMatchObject({
    code: 'toolchain/no-python',
    message: 'there is no program /nowhere/python',
  });
  expect(await checkFinn('/bin/false', path)).toMatchObject({
    code: 'toolchain/no-python',
    message: '/bin/false is not a working Python 3',
  });
});
