import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { root } from './rig/sources.ts';

/** Names that are given from outside, each with who gives it. */
const exceptions: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^(README|CHANGELOG|CONTRIBUTING|LICENSE|THIRD-PARTY)(\.md|\.txt)?$/, 'where people look for them'],
  [/^CMakeLists\.txt$/, 'CMake'],
  [/^[a-z0-9]+(_[a-z0-9]+)+\.py$/, 'Python, which imports no module with a dash in its name'],
  [/^vitis_hls$/, 'AMD, whose program this one stands for'],
  [/^(ap_axi_sdata|hls_vector)\.h$/, 'AMD, whose headers FINN includes'],
  [/^(auto|dataflow|estimate|op)_\w+\.json$/, 'FINN, whose reports these are'],
  [/^[a-z]+~[a-z0-9]+\.json$/, 'the label of an action, with "~" for "/"'],
];

it('names of files and folders are in kebab-case', () => {
  const paths = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  const names = new Set(paths.filter((path) => path !== '').flatMap((path) => path.split('/')));
  expect(names.size).toBeGreaterThan(500);
  const wrong = [...names].filter(
    (name) =>
      !/^\.?[a-z0-9]+([.-][a-z0-9]+)*$/.test(name) && !exceptions.some(([pattern]) => pattern.test(name)),
  );
  expect(wrong).toEqual([]);
});

it('every exception is needed', () => {
  const names = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split(/[\n/]/);
  for (const [pattern, reason] of exceptions)
    expect(
      names.some((name) => pattern.test(name)),
      reason,
    ).toBe(true);
});
