import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { rooms } from '../build/rooms.mjs';
import { boardTypes } from '../boards/data.ts';
import { validated } from '../build/schemas.ts';
import { modelsTables } from '../build/models-tables.ts';
import { strategies } from '../stages/split/strategies.ts';
import { stageKinds, stepKinds } from '../stages/index.ts';
import { root, sourcesOf } from './rig/sources.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

const pipelineDoc = read('docs/pipeline.md');
const readme = read('README.md');

/**
 * Codes as the sources name them: string literals `room/what`, lower case with one slash. Imports never look like that, and
 * the kinds of stages, which do, are taken out. Those of templates and of the board's server, likewise.
 */
function codesInSources(): ReadonlySet<string> {
  const kinds = new Set([...stageKinds, ...stepKinds].map(({ kind }) => kind));
  const literals = Object.keys(rooms)
    .flatMap(sourcesOf)
    // It names rows of docs/facts.md.
    .filter((file) => file !== 'toolchain/contact/sightings.ts')
    .flatMap((file) =>
      [...read(file).matchAll(/(?<!\bfrom |\bimport\()'([a-z]+(?:-[a-z]+)*\/[a-z]+(?:-[a-z]+)*)'/g)].map(
        ([, code]) => code!,
      ),
    );
  const templates = readdirSync(join(root, 'templates'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(py|sh)$/.test(name))
    .flatMap((name) => [
      ...read(join('templates', name)).matchAll(/["' ]([a-z]+(?:-[a-z]+)*\/[a-z]+(?:-[a-z]+)*)["' ]/g),
    ])
    .map(([, code]) => code!)
    .filter((code) => !/^(in|out|img)\//.test(code));
  const server = readdirSync(join(root, 'server', 'src')).flatMap((name) =>
    [...read(join('server', 'src', name)).matchAll(/"([a-z]+(?:-[a-z]+)*\/[a-z]+(?:-[a-z]+)*)"/g)].map(
      ([, code]) => code!,
    ),
  );
  const own = literals.filter((literal) => !kinds.has(literal) && !/^(in|out)\//.test(literal));
  return new Set([...own, ...templates, ...server]);
}

function codesInTable(): readonly string[] {
  return [...read('docs/errors.md').matchAll(/^\| `([a-z]+(?:-[a-z]+)*\/[a-z-]+)` +\|/gm)].map(
    ([, code]) => code!,
  );
}

/** The text below a heading, up to the next one of any level. */
function section(heading: string): string {
  const [, text] = pipelineDoc.split(`${heading}\n`);
  return text?.split(/^#{1,6} /m)[0] ?? '';
}

describe('docs/errors.md', () => {
  const table = codesInTable();
  const codes = codesInSources();
  it.each([...codes].sort())('has a row for %s', (code) => {
    expect(table, `docs/errors.md has no row for ${code}`).toContain(code);
  });

  it('has no row for a code that the sources do not have', () => {
    expect(table.filter((code) => !codes.has(code))).toEqual([]);
  });

  it('has each code once', () => {
    expect(new Set(codesInTable()).size).toBe(codesInTable().length);
  });
});

describe('docs/models.md', () => {
  it.each(Object.entries(modelsTables()))(
    'has the table of %s: run node build/models-page.mjs',
    async (name, markdown) => {
      const options = await resolveConfig('docs/models.md');
      const table = await format(markdown, { ...options, parser: 'markdown' });
      const [, rest = ''] = read('docs/models.md').split(`<!-- ${name} -->\n\n`);
      expect(rest.split(`\n<!-- /${name} -->`)[0]).toBe(table);
    },
  );
});

describe('docs/pipeline.md', () => {
  type Schema = {
    readonly properties: { readonly [key: string]: Schema };
    readonly additionalProperties: Schema;
  };
  const envelope = validated.envelope as unknown as Schema;
  const { toolchain, tools, target, stages, cluster } = envelope.properties;
  const keys = [
    envelope,
    toolchain!,
    tools!,
    ...Object.values(tools!.properties),
    target!,
    stages!.additionalProperties,
    cluster!.additionalProperties,
  ].flatMap(({ properties }) => Object.keys(properties));
  it.each(keys)('explains the key %s', (key) => {
    expect(pipelineDoc).toContain(`\`${key}\``);
  });

  it.each(boardTypes.map(({ name }) => name))('names the board type %s', (name) => {
    expect(pipelineDoc).toContain(`\`${name}\``);
  });

  it.each(stageKinds)('explains $kind with its inputs, outputs and parameters', (kind) => {
    const text = section(`### \`${kind.kind}\``);
    const named = [
      ...Object.keys((kind.schema['properties'] ?? {}) as object),
      ...Object.keys(kind.inputs ?? {}),
      ...(kind.foreach?.over === 'items' ? [kind.foreach.port] : []),
      ...kind.outputs({}).map(({ port }) => port),
    ];
    for (const name of named) expect(text).toContain(`\`${name}\``);
  });

  const events = [...read('core/contracts/events.ts').matchAll(/readonly type: '([a-z-]+)';([^}]*)/g)].map(
    ([, type, body]) => ({
      type: type!,
      fields: [...body!.matchAll(/readonly (\w+):/g)].map(([, field]) => field!),
    }),
  );
  it.each(events)('has a row for the event $type with its fields', ({ type, fields }) => {
    const row = pipelineDoc.split('\n').find((line) => line.startsWith(`| \`${type}\` `)) ?? '';
    for (const field of fields) if (field !== 'at') expect(row).toContain(`\`${field}\``);
  });

  it('is checked against every kind of event', () => {
    expect(events.length).toBe(read('core/contracts/events.ts').match(/readonly type:/g)?.length);
  });

  it.each(Object.entries(strategies))('says what the strategy %s of a split does', (name) => {
    expect(
      section('### `split`'),
      `docs/pipeline.md, section split, has no word on the strategy ${name}`,
    ).toContain(`\`${name}\``);
  });
});

describe('docs/architecture.md', () => {
  const architecture = read('docs/architecture.md');

  it.each(Object.entries(rooms))('says what %s/ may import', (room, allowed) => {
    const row = architecture.split('\n').find((line) => line.startsWith(`| \`${room}/\` `)) ?? '';
    const cell = row.split('|').at(-2) ?? '';
    expect([...cell.matchAll(/`([\w./-]+[/.][\w]*)`/g)].map(([, path]) => path!).sort()).toEqual(
      [...allowed].sort(),
    );
  });
});

describe('paths in documents', () => {
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n');
  const documents = files.filter((path) => path.endsWith('.md') && path !== 'CHANGELOG.md');

  it.each(documents)('%s names no file of the program that is not there', (document) => {
    const named = [...read(document).matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|mjs|cpp|h|wat|tcl))`/g)]
      .map(([, path]) => path ?? '')
      .filter((path) => !/[A-Z]{3,}/.test(path));
    const missing = named.filter((path) => !files.some((file) => file === path || file.endsWith(`/${path}`)));
    expect(missing, `${document} names files that are not there`).toEqual([]);
  });
});

describe('README.md', () => {
  const main = readdirSync(join(root, 'cli/commands'))
    .map((name) => read(`cli/commands/${name}`))
    .join('');
  // A command of a group is called by both names; a group alone does nothing.
  const commands = [...main.matchAll(/(\w+)\s*\.command\('([a-z]+)/g)]
    .map(([, group, name]) => (group === 'program' ? name! : `${group!} ${name!}`))
    .filter((name) => !['toolchain', 'boards'].includes(name));
  const options = [...main.matchAll(/\.(?:requiredO|o)ption\(\s*'([^']+)'/g)].map(([, flags]) => flags!);

  it('is checked against something', () => {
    expect(commands.length).toBeGreaterThan(4);
    expect(options.length).toBeGreaterThan(6);
  });

  it.each(commands)('explains the command %s', (name) => {
    expect(readme).toMatch(new RegExp(`^\\| \`pipeline ${name}\\b`, 'm'));
  });

  it.each(options)('explains the option %s', (flags) => {
    const long = /--[a-z-]+/.exec(flags)![0];
    expect(readme).toContain(`\`${long}`);
    const short = /(?:^|\s)(-\w)\b/.exec(flags)?.[1];
    if (short !== undefined) expect(readme).toContain(`\`${short}`);
  });
});
