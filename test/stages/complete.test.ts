import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stageKinds, stepKinds } from '../../stages/index.ts';
import { strategies } from '../../stages/split/strategies.ts';
import { root, sourcesOf } from '../rig/sources.ts';

const files = sourcesOf('stages');
const index = readFileSync(join(root, 'stages/index.ts'), 'utf8');
const works = readFileSync(join(root, 'stages/works.ts'), 'utf8');

describe('a stage kind is complete', () => {
  const folders = files.filter((file) => file.endsWith('/stage.ts')).map((file) => dirname(file));

  it.each(folders)('%s', (folder) => {
    const name = folder.replace(/^stages\//, './');
    expect(index, `add ${folder}/stage.ts to stages/index.ts`).toContain(`'${name}/stage.ts'`);
    const own = readdirSync(join(root, folder));
    expect(own, `${folder} has no params.ts, which holds the schema of its parameters`).toContain(
      'params.ts',
    );
    for (const file of ['work.ts', 'finish.ts'])
      if (own.includes(file))
        expect(works, `add ${folder}/${file} to stages/works.ts`).toContain(`'${name}/${file}'`);
  });

  it('says what it needs of the machine if it runs tools or acts on boards; only a command of the user is unknown', () => {
    const needy = folders.filter((folder) => {
      const stage = readFileSync(join(root, folder, 'stage.ts'), 'utf8');
      return /effect\('|runFinn\(|type: 'process'/.test(stage);
    });
    const silent = [...stageKinds, ...stepKinds].filter(({ checks }) => checks === undefined);
    const names = silent.map(({ kind }) => `stages/${kind}`);
    expect(needy.filter((folder) => names.includes(folder))).toEqual(['stages/shell']);
  });

  it('is a folder of the name of its kind', () => {
    const kinds = [...stageKinds, ...stepKinds].map(({ kind }) => `stages/${kind}`);
    expect(kinds.sort()).toEqual([...folders].sort());
  });
});

describe('a strategy of a split is complete', () => {
  it.each(Object.keys(strategies))('%s has a test of its own', (name) => {
    const tests = readdirSync(join(root, 'test/stages/split')).map((file) =>
      readFileSync(join(root, 'test/stages/split', file), 'utf8'),
    );
    const isTested = tests.some((text) => text.includes(`strategy: '${name}'`));
    expect(isTested, `test/stages/split has no test with strategy: '${name}'`).toBe(true);
  });
});

it('every event is reported somewhere in the program', () => {
  const events = readFileSync(join(root, 'core/contracts/events.ts'), 'utf8');
  const program = [...sourcesOf('core'), ...sourcesOf('cli')]
    .filter((file) => file !== 'core/contracts/events.ts')
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('');
  for (const [, type = ''] of events.matchAll(/readonly type: '([a-z-]+)'/g))
    expect(program, `nothing in core/ or cli/ reports the event ${type}`).toContain(`type: '${type}'`);
});
