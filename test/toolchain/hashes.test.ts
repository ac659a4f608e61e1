import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hashesOf } from '../../toolchain/finn/hashes.ts';
import { finnTool } from '../../toolchain/finn/tool.ts';
import { installPins } from '../../toolchain/finn/pip.ts';
import { pinsOf } from '../../toolchain/finn/requirements.ts';
import { findOnPath } from '../../toolchain/search-path.ts';
import { runTool } from '../../toolchain/tool-process.ts';
import { temporaryFolder } from '../rig/project.ts';

const templates = join(import.meta.dirname, '../../templates/finn');
const shipped = readFileSync(join(templates, 'hashes.txt'), 'utf8');
const pins = pinsOf(readFileSync(join(templates, 'requirements.txt'), 'utf8'));
const PATH = process.env['PATH'] ?? '';

describe('the hash file', () => {
  it('has one sha256 and one wheel in each line, in order', () => {
    const lines = shipped.trimEnd().split('\n');
    expect(lines.filter((line) => !/^[0-9a-f]{64} {2}[\w.+]+(-[\w.+]+){4}\.whl$/.test(line))).toEqual([]);
    const names = lines.map((line) => line.slice(66));
    expect([...new Set(names)].sort()).toEqual(names);
  });

  it.each(
    ['x86_64', 'aarch64'].flatMap((machine) =>
      ['3.11', '3.12', '3.13'].map((version) => ({ version, machine })),
    ),
  )(
    'has a wheel of every package that has one for Python $version on Linux $machine',
    ({ version, machine }) => {
      const target = { version: `${version}.1`, platform: 'linux', machine };
      expect(pins.filter((pin) => hashesOf(pin, shipped, target).length === 0)).toEqual(
        machine === 'aarch64' ? ['onnxoptimizer==0.4.2'] : [],
      );
    },
  );

  it('has the torch without CUDA for the Python that everything is tested with', () => {
    const target = { version: '3.11.7', platform: 'linux', machine: 'x86_64' };
    expect(hashesOf('torch==2.13.0+cpu', shipped, target)).toHaveLength(1);
  });
});

describe('hashesOf', () => {
  const target = { version: '3.11.7', platform: 'linux', machine: 'x86_64' };
  it.each([
    ['py3-none-any', true],
    ['py2.py3-none-any', true],
    ['cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64', true],
    ['cp38-abi3-manylinux_2_28_x86_64', true],
    ['cp312-cp312-manylinux_2_28_x86_64', false],
    ['cp311-cp311-manylinux_2_28_aarch64', false],
    ['cp311-cp311-macosx_10_9_x86_64', false],
  ])('knows whether a wheel for %s fits', (tags, isFit) => {
    expect(hashesOf('a-b==1.0', `00  A_b-1.0-${tags}.whl\n`, target)).toEqual(isFit ? ['00'] : []);
  });

  it('takes 1.17 and 1.17.0 for one version, and no other', () => {
    const hashes = '00  mip-1.17-py3-none-any.whl\n';
    expect(hashesOf('mip==1.17.0', hashes, target)).toEqual(['00']);
    expect(hashesOf('mip==1.17.1', hashes, target)).toEqual([]);
    expect(hashesOf('mip==1.1', hashes, target)).toEqual([]);
  });
});

const python = findOnPath('python3.11', PATH) ?? findOnPath('python3', PATH);

/** An index on this machine that serves one wheel with the given bytes; its address. */
async function indexWith(wheel: string, bytes: string): Promise<string> {
  const server = createServer((request, answer) => {
    const isPage = request.url?.endsWith('/') === true;
    answer.setHeader('content-type', isPage ? 'text/html' : 'application/octet-stream');
    answer.end(isPage ? `<a href="/${wheel}">${wheel}</a>` : bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
}

describe.skipIf(python === null)('with a real pip', () => {
  it('a wheel with other contents is refused, and its package named', async () => {
    const folder = temporaryFolder();
    // Unpacking another pip takes seconds.
    const hasPip = spawnSync(python ?? '', ['-I', '-m', 'pip', '--version']).status === 0;
    const options = hasPip ? ['--system-site-packages', '--without-pip'] : [];
    await runTool({ argv: [python ?? '', '-I', '-m', 'venv', ...options, folder], variables: { PATH } });
    const index = await indexWith('od-2.0.2-py3-none-any.whl', 'not what it was');
    const diagnostic = await installPins(['od==2.0.2'], {
      tool: finnTool,
      directory: folder,
      target: { version: '3.11.1', platform: 'linux', machine: 'x86_64' },
      hashes: shipped,
      wheelhouse: null,
      variables: { PATH, PIP_INDEX_URL: index },
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    expect(diagnostic).toMatchObject({
      code: 'toolchain/altered-wheel',
      message:
        'the wheel of od==2.0.2 from the package index is not the one that this program was tested with: its sha256 differs',
      detail: expect.stringMatching(/^\s*Expected sha256 [0-9a-f]{64}\n\s*Got {8}[0-9a-f]{64}$/) as string,
    });
  }, 60_000);
});
