import { describe, expect, it } from 'vitest';
import { pipeline } from '../rig/command.ts';
import { projectWith, writeIn } from '../rig/project.ts';

/** What every object has without holding it; `__proto__` is refused as a name. */
const inherited = Object.getOwnPropertyNames(Object.prototype).filter((name) => /^[A-Za-z]/.test(name));

const file = (word: string): string =>
  JSON.stringify({
    version: 1,
    resources: { [inherited[0] ?? '']: 2 },
    stages: {
      constructor: {
        kind: 'shell',
        save: 'results',
        uses: { [inherited[0] ?? '']: 1 },
        with: {
          command: inherited.map((name) => `echo ${word} > out/${name}`).join('\n'),
          outputs: inherited,
        },
      },
      valueOf: {
        kind: 'shell',
        needs: Object.fromEntries(inherited.map((name) => [name, `constructor.${name}`])),
        with: {
          command: inherited.map((name) => `cat in/${name}/*`).join('\n') + ' > out/toString',
          outputs: ['toString'],
        },
      },
    },
  });

describe('a stage, a port or a resource with the name of something that every object inherits', () => {
  it('is one like any other for all commands', async () => {
    const folder = projectWith({ 'pipeline.yaml': file('one') });
    expect(await pipeline(folder, 'run')).toMatchObject({ code: 0 });
    for (const command of [
      ['get', 'constructor', 'copies'],
      ['get', 'valueOf.toString'],
      ['show', 'constructor'],
      ['why', 'valueOf'],
      ['logs', 'constructor'],
      ['plan'],
      ['status'],
      ['cache', 'size'],
      ['cache', 'verify'],
    ])
      expect([command, await pipeline(folder, ...command)]).toMatchObject([command, { code: 0 }]);
    writeIn(folder, 'pipeline.yaml', file('two'));
    expect(await pipeline(folder, 'run')).toMatchObject({ code: 0 });
    const { out } = await pipeline(folder, 'why', 'valueOf');
    expect(out).toContain('constructor');
    expect(await pipeline(folder, 'diff')).toMatchObject({ code: 0 });
  });

  it('is not known where only an object inherits it', async () => {
    const said = async (stages: object): Promise<string> => {
      const folder = projectWith({ 'pipeline.yaml': JSON.stringify({ version: 1, stages }) });
      return (await pipeline(folder, 'plan')).error;
    };
    const a = { kind: 'shell', with: { command: 'true', outputs: ['o'] } };
    expect(await said({ a: { ...a, uses: { valueOf: 1 } } })).toContain('there is no resource "valueOf"');
    expect(await said({ a, b: { kind: 'finn/estimate', needs: { toString: 'a' } } })).toContain(
      '"b" (finn/estimate) has no input "toString"',
    );
    expect(await said({ b: { ...a, needs: { x: 'a' }, after: ['valueOf'] } })).toContain(
      'there is no stage "valueOf"',
    );
  });
});
