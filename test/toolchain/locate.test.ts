import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finnFolder, locateFinn, requirementsDigest, stampFile } from '../../toolchain/finn/locate.ts';
import { finnPlusVersion, pinsOf } from '../../toolchain/finn/requirements.ts';
import { temporaryFolder, writeIn } from '../rig/project.ts';

const shipped = readFileSync(join(import.meta.dirname, '../../templates/finn/requirements.txt'), 'utf8');

describe('the requirements', () => {
  it('pin every package to one version, each once', () => {
    const pins = pinsOf(shipped);
    for (const pin of pins) expect(pin).toMatch(/^[a-z0-9-]+==[0-9.]+$/);
    const names = pins.map((pin) => pin.split('==')[0]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('hold the FINN+ that this program names, and what QONNX imports', () => {
    const pins = pinsOf(shipped);
    expect(pins).toContain(`finn-plus==${finnPlusVersion}`);
    const names = pins.map((pin) => pin.split('==')[0]);
    expect(names).toEqual(expect.arrayContaining(['qonnx', 'attrs', 'toposort', 'torch']));
  });
});

describe('requirementsDigest', () => {
  const digest = requirementsDigest('a==1\nb==2\n');

  it.each([
    ['comments', '# why\na==1 # this\n\nb==2'],
    ['order', 'b==2\na==1\n'],
  ])('does not depend on %s', (_, text) => {
    expect(requirementsDigest(text)).toBe(digest);
  });

  it.each(['a==1\nb==3', 'a==1', 'a==1\nb==2\nc==3'])('distinguishes %j', (text) => {
    expect(requirementsDigest(text)).not.toBe(digest);
  });
});

describe('locateFinn', () => {
  const digest = requirementsDigest('a==1');
  const versions = { python: '3.11.9', finnPlus: '1.6.1', qonnx: '1.0.0' };

  function installed(): { readonly home: string; readonly folder: string } {
    const home = temporaryFolder();
    const folder = finnFolder(home, digest);
    writeIn(folder, 'environment-x/bin/python', '');
    writeIn(folder, 'environment.json', JSON.stringify({ directory: 'environment-x', versions }));
    return { home, folder };
  }

  it('finds the environment that a stamp names', () => {
    const { home, folder } = installed();
    expect(locateFinn(home, digest)).toEqual({ python: join(folder, 'environment-x/bin/python'), versions });
  });

  it('finds nothing for other requirements', () => {
    expect(locateFinn(installed().home, requirementsDigest('a==2'))).toBeNull();
  });

  it('does not count an environment without a stamp', () => {
    const { home, folder } = installed();
    rmSync(stampFile(folder));
    expect(locateFinn(home, digest)).toBeNull();
  });

  it('does not count one whose Python has gone', () => {
    const { home, folder } = installed();
    rmSync(join(folder, 'environment-x/bin/python'));
    expect(locateFinn(home, digest)).toBeNull();
  });

  it('does not count a torn stamp', () => {
    const { home, folder } = installed();
    writeIn(folder, 'environment.json', '{"directory": "envi');
    expect(locateFinn(home, digest)).toBeNull();
  });
});
