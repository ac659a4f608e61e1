import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { choosePython, isSameRelease } from '../../toolchain/finn/python.ts';
import { temporaryFolder, writeIn } from '../rig/project.ts';
import { chmodSync } from 'node:fs';
import type { FakePython } from './fake-python.ts';
import { fakePython } from './fake-python.ts';

/** Chooses with only these Pythons on PATH; null is a launcher that starts nothing. */
async function chosen(pythons: { readonly [name: string]: FakePython | null }, named: string | null = null) {
  const folder = temporaryFolder();
  for (const [name, fake] of Object.entries(pythons))
    if (fake === null) {
      writeIn(folder, name, '#!/bin/sh\nexit 127\n');
      chmodSync(join(folder, name), 0o755);
    } else {
      fakePython(folder, fake, name);
    }
  const choice = await choosePython(named, { PATH: folder }, new AbortController().signal);
  if (!choice.ok) return choice.diagnostics[0];
  return { ...choice.value, path: choice.value.path.slice(folder.length + 1) };
}

describe('choosePython', () => {
  it('prefers 3.11, with which the versions are tested', async () => {
    expect(await chosen({ 'python3.11': {}, 'python3.12': { version: '3.12.1' }, python3: {} })).toEqual({
      path: 'python3.11',
      version: '3.11.9',
      platform: 'linux',
      machine: 'x86_64',
      makesEnvironments: true,
    });
  });

  it('skips launchers that start nothing, and Pythons without venv', async () => {
    const pythons = { 'python3.11': null, 'python3.12': { complete: false }, python3: { version: '3.14.0' } };
    expect(await chosen(pythons)).toMatchObject({ path: 'python3', version: '3.14.0' });
  });

  it('uses the named one, and no other', async () => {
    const pythons = { 'python3.11': {}, mine: { version: '3.13.2' } };
    expect(await chosen(pythons, 'mine')).toMatchObject({ path: 'mine', version: '3.13.2' });
    expect(await chosen(pythons, 'yours')).toMatchObject({
      code: 'toolchain/no-python',
      message: 'there is no program yours',
    });
  });

  it.each([
    [
      'toolchain/no-python',
      'there is no Python 3.11 or later on PATH',
      'install Python 3.11 (Debian 12: apt install python3.11-venv), or name one with --python PATH',
      {},
    ],
    [
      'toolchain/no-python',
      'there is no Python 3.11 or later on PATH (python3.12 does not work)',
      'install Python 3.11 (Debian 12: apt install python3.11-venv), or name one with --python PATH',
      { 'python3.12': null },
    ],
    [
      'toolchain/python-too-old',
      'FINN+ needs Python 3.11 or later; python3 is 3.9.2',
      'install Python 3.11, or name a later one with --python PATH',
      { 'python3.12': null, python3: { version: '3.9.2' } },
    ],
    [
      'toolchain/no-pip',
      'python3.12 (Python 3.12.3) cannot make environments: it lacks venv or ensurepip',
      'on Debian and Ubuntu they are in a separate package: apt install python3.12-venv',
      { 'python3.12': { version: '3.12.3', complete: false }, python3: { version: '3.9.2' } },
    ],
  ])('refuses with %s: %s', async (code, message, hint, pythons) => {
    expect(await chosen(pythons)).toEqual({ code, severity: 'error', message, hint });
  });

  it('refuses a named program that is not Python', async () => {
    expect(await chosen({ mine: null }, 'mine')).toMatchObject({
      code: 'toolchain/no-python',
      message: 'mine is not a working Python 3',
    });
  });
});

it('compares releases by their first two numbers', () => {
  expect(isSameRelease('3.11.2', '3.11.9')).toBe(true);
  expect(isSameRelease('3.1.1', '3.11.1')).toBe(false);
});
