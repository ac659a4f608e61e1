import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pipeline } from '../rig/command.ts';
import { projectWith } from '../rig/project.ts';
import { seeded } from '../rig/seeded.ts';
import { freshPlan, statesIn, watching } from '../rig/watching.ts';

/** Reads a file, a folder and a pattern; `word` stands for any other edit of the file. */
const project = (word: string, folder: string) => `version: 1
stages:
  one: {kind: shell, with: {command: 'echo ${word}; cat in/files/single > out/x', inputs: [single], outputs: [x]}}
  all: {kind: shell, with: {command: 'ls -R in/files > out/x', inputs: [${folder}, '!${folder}/c'], outputs: [x]}}
  some: {kind: shell, with: {command: 'ls -R in/files > out/x', inputs: ['**/*.txt'], outputs: [x]}}
  last: {kind: shell, needs: {one: one, all: all, some: some}, with: {command: 'cat in/*/x > out/x', outputs: [x]}}
`;

const files = ['single', 'tree/a', 'tree/b.txt', 'tree/below/a', 'tree/c', 'other/a', 'other/d.txt', 'e.txt'];

/** A burst of edits of everything that the plan reads and of some that it does not. */
function burst(folder: string, random: () => number): void {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const count = 1 + Math.floor(random() * 12);
  for (let edit = 0; edit < count; edit++) {
    const path = join(folder, pick(files));
    const text = String(Math.floor(random() * 4));
    const way = random();
    if (way < 0.4) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } else if (way < 0.7) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(join(folder, 'draft'), text);
      renameSync(join(folder, 'draft'), path);
    } else if (way < 0.8) {
      rmSync(path, { force: true });
    } else if (way < 0.87) {
      rmSync(join(folder, pick(['tree', 'tree/below', 'other'])), { recursive: true, force: true });
    } else if (way < 0.93) {
      writeFileSync(join(folder, 'pipeline.yaml'), project(pick(['a', 'b']), pick(['tree', 'other'])));
    } else {
      writeFileSync(join(folder, 'pipeline.yaml'), 'version: 1\nstages: [');
    }
  }
}

describe('after bursts of edits and then quiet, what watch says is what a new plan says', () => {
  it.each([1, 2, 3])('seed %i', async (seed) => {
    const random = seeded(seed);
    const folder = projectWith({
      ...Object.fromEntries(files.map((path) => [path, '0'])),
      'pipeline.yaml': project('a', 'tree'),
    });
    expect((await pipeline(folder, 'run')).code).toBe(0);
    const watch = watching(folder);
    await watch.plan(() => true);
    for (let round = 0; round < 15; round++) {
      const count = 1 + Math.floor(random() * 3);
      for (let at = 0; at < count; at++) {
        burst(folder, random);
        // Some meet a plan or a run under way.
        await new Promise((resolve) => setTimeout(resolve, random() * 150));
      }
      // Differs from every other state: what comes with it has seen all that was before.
      writeFileSync(join(folder, 'single'), `round ${round}`);
      for (;;) {
        const { runs } = await watch.plan(({ runs }) => runs.length === 0);
        const plan = watch.events.findLast((event) => event.type === 'watch-planned');
        if (runs.length > 0 || plan?.type !== 'watch-planned' || plan.runs.length > 0) continue;
        if (JSON.stringify(statesIn(plan)) === JSON.stringify(await freshPlan(folder))) break;
      }
    }
    watch.signal('SIGTERM');
    expect(await watch.ended()).toBe(130);
  });
});
