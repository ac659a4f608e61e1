import { cpSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { golden, readJson } from './finn/network.ts';
import { cli } from './rig/command.ts';
import { temporaryFolder } from './rig/project.ts';
import { root } from './rig/sources.ts';

const page = readFileSync(join(root, 'docs/your-network.md'), 'utf8');

interface Package {
  readonly name: string;
  readonly version: string;
  readonly bin: { readonly [command: string]: string };
  readonly files: readonly string[];
}

it('docs/your-network.md installs the file that npm pack makes, and its command', () => {
  const { name, version, bin, files } = readJson<Package>(join(root, 'package.json'));
  const [, installed] = /^npm install --global (\S+)$/m.exec(page) ?? [];
  expect(installed).toBe(`${name}-${version}.tgz`);
  expect(bin).toEqual({ pipeline: 'dist/cli.js' });
  expect(files).toEqual(expect.arrayContaining(['dist', 'server']));
});

it('the packed program needs nothing else, as docs/your-network.md says', async () => {
  const away = temporaryFolder();
  cpSync(dirname(cli), join(away, 'dist'), { recursive: true });
  const project = temporaryFolder();
  cpSync(join(golden, 'brevitas', 'convolutions.onnx'), join(project, 'network.onnx'));
  const run = (...args: readonly string[]) =>
    execa(process.execPath, [join(away, 'dist/cli.js'), ...args], { cwd: project });
  await run('init', 'network.onnx');
  expect((await run('run')).stdout).toContain('4 images, none judged');
});
