import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { writeNpy } from '../finn/npy.ts';
import { golden, readJson } from './finn/network.ts';
import { cli } from './rig/command.ts';
import { temporaryFolder } from './rig/project.ts';
import { root } from './rig/sources.ts';

const page = readFileSync(join(root, 'docs/your-network.md'), 'utf8');
const blocks = [...page.matchAll(/^```(sh|yaml)\n(.*?)^```$/gms)].map(([, language, text]) => ({
  language: language!,
  text: text!,
}));

/** The network of the page, as Brevitas exported it, with two images and what torch computed of them. */
function exportInto(folder: string): void {
  copyFileSync(join(golden, 'brevitas', 'convolutions.onnx'), join(folder, 'network.onnx'));
  const idioms = readJson<readonly { name: string; inputs: number[][]; outputs: number[][] }[]>(
    join(golden, 'brevitas', 'idioms.json'),
  );
  const { inputs, outputs } = idioms.find(({ name }) => name === 'convolutions')!;
  writeFileSync(join(folder, 'images.npy'), writeNpy([2, 3, 8, 8], Float32Array.from(inputs.flat())));
  writeFileSync(join(folder, 'expected.npy'), writeNpy([2, 3], Float32Array.from(outputs.flat())));
}

test('docs/your-network.md: its commands run, one after the other, with its changes of pipeline.yaml', async () => {
  const folder = temporaryFolder();
  exportInto(folder);
  const bin = temporaryFolder();
  writeFileSync(join(bin, 'pipeline'), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
  chmodSync(join(bin, 'pipeline'), 0o755);
  const outputs: string[] = [];
  for (const { language, text } of blocks) {
    if (language === 'yaml') {
      changeStages(join(folder, 'pipeline.yaml'), text);
      continue;
    }
    const { stdout } = await execa('sh', ['-e', '-c', text], {
      cwd: folder,
      env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    });
    outputs.push(stdout);
  }
  const [init, first, judged, folded, faster, onTwo] = outputs;
  expect(init).toContain('to use 2, cut by hand after ConvolutionInputGenerator_rtl_1');
  expect(first).toContain('2 images, none judged');
  expect(judged).toContain('2 of 2 as expected');
  expect(judged).toContain(' 1 ran, 10 up to date');
  expect(folded).toContain('not folded → 100000 img/s');
  expect(faster).toContain('2 of 2 as expected');
  expect(onTwo).toContain('2 submodels');
  expect(onTwo).toContain('2 of 2 as expected');
  expect(outputs).toHaveLength(6);
});

/** Replaces the stages of a pipeline file that are in a text by those of the text. */
function changeStages(file: string, text: string): void {
  const document = parseDocument(readFileSync(file, 'utf8'));
  for (const [name, stage] of Object.entries(parse(text) as object)) {
    expect(document.hasIn(['stages', name])).toBe(true);
    document.setIn(['stages', name], document.createNode(stage));
  }
  writeFileSync(file, document.toString());
}
