import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, sourcesOf } from './rig/sources.ts';

/** What each room may import: whole rooms, or single files of core that are contracts. `import type` counts. */
const contracts = [
  'core/types.ts',
  'core/stage.ts',
  'core/config/plan.ts',
  'core/store.ts',
  'core/events.ts',
  'core/registry.ts',
];
/** Needs nothing, and serves every room that refuses a name. */
const leaf = 'core/suggest.ts';
const allowed: Record<string, readonly string[]> = {
  cli: [
    'cli/',
    'core/',
    'stages/',
    'cache/',
    'runners/',
    'reporters/',
    'builtins/',
    'boards/',
    'toolchain/',
    'build/generated/',
    'package.json',
  ],
  core: ['core/'],
  stages: ['stages/', ...contracts],
  cache: ['cache/', 'core/in-folder.ts', ...contracts],
  runners: ['runners/', 'core/process-identity.ts', ...contracts],
  reporters: ['reporters/', ...contracts],
  builtins: ['builtins/', 'onnx/', 'finn/', 'vivado/', 'boards/', 'cluster/', 'core/types.ts'],
  onnx: ['onnx/'],
  toolchain: [
    'toolchain/',
    'core/digest.ts',
    'core/state/',
    'core/process-identity.ts',
    'runners/process-group.ts',
    ...contracts,
  ],
  vivado: ['vivado/', 'onnx/refusal.ts'],
  finn: ['finn/', 'onnx/', leaf],
  boards: ['boards/', 'finn/', 'vivado/bitfile.ts', 'vivado/registers.ts', 'onnx/refusal.ts', leaf],
  cluster: ['cluster/', 'boards/', 'finn/tensor.ts', 'finn/packing.ts', 'onnx/refusal.ts'],
};
const corePackages = ['yaml', 'ajv', 'fastest-levenshtein'];

describe.each(Object.keys(allowed))('imports of %s/', (room) => {
  it.each(sourcesOf(room))('%s stays within its layer', (file) => {
    for (const imported of importsOf(file)) {
      if (imported.startsWith('node:')) continue;
      if (!imported.startsWith('.')) {
        if (room === 'core') expect(corePackages).toContain(imported);
        continue;
      }
      const path = normalize(join(dirname(file), imported));
      const isAllowed = allowed[room]!.some(
        (prefix) => path === prefix || (prefix.endsWith('/') && path.startsWith(prefix)),
      );
      expect(isAllowed, `${file} imports ${path}`).toBe(true);
    }
  });
});

it('core/types.ts imports nothing', () => {
  expect(importsOf('core/types.ts')).toEqual([]);
});

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, imported]) => imported!);
}
