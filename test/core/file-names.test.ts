import { expect, test } from 'vitest';
import type { StageKind } from '../../core/contracts/stage.ts';
import type { FileNames } from '../../core/contracts/types.ts';
import { success } from '../../base/result.ts';
import { runEngine } from '../rig/engine.ts';
import { projectWith, writeIn } from '../rig/project.ts';

const reader: StageKind = {
  kind: 'reader',
  recipe: 1,
  about: 'Reads files.',
  schema: {},
  files: { inputs: { as: 'content', name: 'images.npy' }, settings: { as: 'json' } },
  inputs: {},
  foreach: null,
  outputs: () => [],
  action: ({ params }) => ({ params, tools: {}, run: { type: 'builtin', name: 'read' } }),
};

test('a work knows what pipeline.yaml calls its files, and another name runs nothing', async () => {
  const seen: FileNames[] = [];
  const works = {
    read: ({ fileNames }: { readonly fileNames: FileNames }) => {
      seen.push(fileNames);
      return Promise.resolve(success({}));
    },
  };
  const text = (file: string): string =>
    `version: 1\ntarget: {board: zedboard, clock: 100 MHz}\nstages:\n  read: {kind: reader, with: {inputs: ${file}, settings: s.json}}\n`;
  const folder = projectWith({ 'data/first.npy': 'x', 's.json': '{}' });
  await runEngine(folder, text('data/first.npy'), [reader], { works });
  expect(seen).toEqual([{ inputs: 'data/first.npy' }]);

  writeIn(folder, 'other.npy', 'x');
  await runEngine(folder, text('other.npy'), [reader], { works });
  expect(seen).toHaveLength(1);
});
