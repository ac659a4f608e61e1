import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toolchainHome } from '../../toolchain/home.ts';

it.each([
  ['the cache folder of the user', {}, '/home/ada/.cache/finn-pipeline'],
  ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/var/ada' }, '/var/ada/finn-pipeline'],
  ['not a relative XDG_CACHE_HOME', { XDG_CACHE_HOME: 'cache' }, '/home/ada/.cache/finn-pipeline'],
  ['not an empty one', { XDG_CACHE_HOME: '' }, '/home/ada/.cache/finn-pipeline'],
  ['PIPELINE_TOOLCHAIN_HOME', { PIPELINE_TOOLCHAIN_HOME: '/opt/tools', XDG_CACHE_HOME: '/x' }, '/opt/tools'],
  ['a relative one', { PIPELINE_TOOLCHAIN_HOME: '.venv' }, join(process.cwd(), '.venv')],
])('the home is %s', (_, variables, expected) => {
  expect(toolchainHome(variables, '/home/ada')).toBe(expected);
});
