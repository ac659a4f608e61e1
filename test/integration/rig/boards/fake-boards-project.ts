import { appendFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskStore } from '../../../../cache/disk/store.ts';
import { recordsOf } from '../../../rig/records.ts';
import { pipeline } from '../../../rig/command.ts';
import { root } from '../../../rig/sources.ts';
import type { Laboratory } from './fake-boards.ts';

/** tfc-w2a2 in four submodels, one more than there are boards, built through FINN and the stand-ins for the vendor's tools. */
export function makeProject(folder: string, python: string): string {
  const project = join(folder, 'project');
  cpSync(join(root, 'examples', 'tfc-w2a2'), project, { recursive: true });
  mkdirSync(join(project, 'deps', 'finn-hlslib'), { recursive: true });
  symlinkSync(join(root, 'test', 'fake-tools'), join(project, 'vendor'));
  const profile = `
  fakeboards:
    toolchain: {backend: vivado, vivado: 2024.2, cross-check: false}
    tools: {finn: {python: '${python}', deps: deps}, vivado: {path: [vendor]}}
    stages: {split: {with: {cuts: [{after: MVAU_hls_0}, {after: MVAU_hls_1}, {after: MVAU_hls_2}]}}}
`;
  appendFileSync(join(project, 'pipeline.yaml'), profile);
  return project;
}

/** The boards are known only when the laboratory is there. */
export function describeCluster(project: string, { boards, sshConfig }: Laboratory): void {
  const cluster = boards
    .map(({ name, address }) => `${name}: {board: zedboard, address: ${address}}`)
    .join(', ');
  const text = readFileSync(join(project, 'pipeline.yaml'), 'utf8')
    .replace(/(tools: \{)(?=finn)/, `$1boards: {ssh-config: '${sshConfig}'}, `)
    .concat(`    cluster: {${cluster}}\n`);
  writeFileSync(join(project, 'pipeline.yaml'), text);
}

/** Puts ID.onnx of each submodel into a folder, for the logic to compute. */
export async function exportSubmodels(project: string): Promise<string> {
  const folder = join(project, 'submodels');
  mkdirSync(folder);
  const { code, error } = await pipeline(project, 'run', 'split', '--profile', 'fakeboards');
  if (code !== 0) throw new Error(error);
  const { outputs, items } = recordsOf(project)['split']!;
  const store = diskStore(join(project, '.pipeline', 'cache'), Date.now);
  for (const { id } of items['submodels']!) {
    const model = outputs['submodels']!.files.find(({ path }) => path === `${id}/submodel.onnx`);
    await store.putFile(model!, join(folder, `${id}.onnx`));
  }
  return folder;
}
