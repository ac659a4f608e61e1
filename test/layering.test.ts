import { describe, expect, it } from 'vitest';
import { rooms } from '../build/rooms.mjs';
import { importsOf } from './rig/imports.ts';
import { sourcesOf } from './rig/sources.ts';

const corePackages = ['yaml', 'ajv', 'picomatch'];
const files = Object.keys(rooms).flatMap(sourcesOf);

describe.each(Object.entries(rooms))('imports of %s/', (room, others) => {
  it.each(sourcesOf(room))('%s stays within its layer', (file) => {
    for (const { of, isOwn } of importsOf(file)) {
      if (of.startsWith('node:')) continue;
      if (!isOwn) {
        if (room === 'base') expect.fail(`${file} imports ${of}; base/ imports nothing but node:`);
        if (room === 'core') expect(corePackages, `packages that core/ imports`).toContain(of);
        continue;
      }
      const isAllowed = [`${room}/`, ...others].some(
        (allowed) => of === allowed || (allowed.endsWith('/') && of.startsWith(allowed)),
      );
      expect(isAllowed, `${file} imports ${of}; build/rooms.mjs says what ${room}/ may import`).toBe(true);
    }
  });
});

it('the contracts of core import nothing of core but each other', () => {
  for (const file of sourcesOf('core/contracts'))
    for (const { of, isOwn } of importsOf(file))
      if (isOwn) expect(of, `imported by ${file}`).toMatch(/^(core\/contracts|base)\//);
});

it('no files import each other in a circle, types counted', () => {
  expect(circlesIn(new Map(files.map((file) => [file, importsOf(file).map(({ of }) => of)])))).toEqual([]);
});

it('what a stage is can be looked up without loading how it works', () => {
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { of, isOwn, when } of importsOf(file)) if (isOwn && when === 'at once') visit(of);
  };
  visit('stages/index.ts');
  for (const file of loaded) {
    expect(file, 'loaded by stages/index.ts').toMatch(/^(stages|core\/contracts|base)\//);
    expect(file, 'loaded by stages/index.ts').not.toMatch(/\/(work|finish)\.ts$/);
  }
});

/** The strongly connected groups of more than one file, each sorted (Tarjan's algorithm). */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    let low = order.size - 1;
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) visit(next);
      if (path.includes(next)) low = Math.min(low, lowest.get(next) ?? order.get(next) ?? low);
    }
    lowest.set(file, low);
    if (low !== order.get(file)) return;
    const circle = path.splice(path.indexOf(file));
    if (circle.length > 1) circles.push(circle.sort());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}
