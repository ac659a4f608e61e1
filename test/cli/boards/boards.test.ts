import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeKey, makeKey } from '../../../boards/keys.ts';
import { pipeline } from '../../rig/command.ts';
import { parseEvents } from '../../rig/events.ts';
import { projectWith, writeIn } from '../../rig/project.ts';

const stages = "stages: {a: {kind: shell, with: {command: 'touch out/x', outputs: [x]}}}";
// Nothing listens on these ports.
const real =
  'zed0: {board: zedboard, address: 127.0.0.1, port: 1}, z1: {board: pynq-z1, address: 127.0.0.1, port: 2}';

/** A project with this cluster, and with a key unless `key` is null. */
function project(cluster = `{${real}}`, key: string | null = `${encodeKey(makeKey())}\n`): string {
  const folder = projectWith({ 'pipeline.yaml': `version: 1\n${stages}\ncluster: ${cluster}\n` });
  if (key === null) return folder;
  writeIn(folder, 'cluster.key', key);
  chmodSync(join(folder, 'cluster.key'), 0o600);
  return folder;
}

const boards = (folder: string, ...args: readonly string[]) => pipeline(folder, 'boards', ...args);

describe('pipeline boards keygen', () => {
  it('makes a key for its owner only, and says what to do with it', async () => {
    const folder = project(undefined, null);
    const path = join(folder, 'cluster.key');
    expect(await boards(folder, 'keygen')).toEqual({
      code: 0,
      out: `made ${path}\nkeep it out of version control; \`pipeline boards install\` copies it to the boards\n`,
      error: '',
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  });

  it('is refused if all boards are emulated, which need none', async () => {
    const folder = project('{zed0: {board: zedboard}}', null);
    expect(await boards(folder, 'keygen')).toEqual({
      code: 2,
      out: '',
      error:
        'error[usage/unknown-board]: the cluster has no real boards\n  hint: a real board has an `address`; a --profile may define some\n',
    });
    expect(existsSync(join(folder, 'cluster.key'))).toBe(false);
  });

  it('never replaces one', async () => {
    const folder = project();
    const path = join(folder, 'cluster.key');
    const before = readFileSync(path, 'utf8');
    const { code, out, error } = await boards(folder, 'keygen');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toContain(`error[auth/key-file]: ${path} exists already\n  hint: every board`);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('reports its path as JSON, and makes it at the path in pipeline.yaml', async () => {
    const folder = project(undefined, null);
    const text = readFileSync(join(folder, 'pipeline.yaml'), 'utf8');
    writeIn(folder, 'pipeline.yaml', `${text}tools: {boards: {key: a b/my.key}}\n`);
    const { out } = await boards(folder, 'keygen', '--json');
    expect(parseEvents(out)).toEqual([{ type: 'key-made', path: join(folder, 'a b/my.key') }]);
    expect(existsSync(join(folder, 'a b/my.key'))).toBe(true);
  });

  it('reports a path where no key can be made', async () => {
    const folder = project(undefined, null);
    const text = readFileSync(join(folder, 'pipeline.yaml'), 'utf8');
    writeIn(folder, 'pipeline.yaml', `${text}tools: {boards: {key: pipeline.yaml/key}}\n`);
    const { code, error } = await boards(folder, 'keygen');
    expect(code).toBe(2);
    expect(error).toContain(
      `error[auth/key-file]: the key file ${folder}/pipeline.yaml/key cannot be written: `,
    );
  });
});

describe('the key of a command', () => {
  it('must exist', async () => {
    const folder = project(undefined, null);
    expect(await boards(folder, 'status')).toEqual({
      code: 2,
      out: '',
      error: `error[auth/key-file]: there is no key file ${folder}/cluster.key\n  hint: \`pipeline boards keygen\` makes one for the cluster\n`,
    });
  });

  it('must be readable only by its owner', async () => {
    const folder = project();
    chmodSync(join(folder, 'cluster.key'), 0o644);
    const { code, error } = await boards(folder, 'install');
    expect(code).toBe(2);
    expect(error).toBe(
      `error[auth/key-file]: ${folder}/cluster.key can be read by others\n  hint: chmod 600 ${folder}/cluster.key\n`,
    );
  });

  it('must be a key', async () => {
    const { code, error } = await boards(project(undefined, 'secret\n'), 'load', 'zed0', '0');
    expect(code).toBe(2);
    expect(error).toContain('cluster.key is not 64 hexadecimal digits (0-9, a-f)\n  hint: copy the key');
  });

  it('must be a file', async () => {
    const folder = project(undefined, null);
    mkdirSync(join(folder, 'cluster.key'), { mode: 0o700 });
    const { code, error } = await boards(folder, 'reboot', 'zed0');
    expect(code).toBe(2);
    expect(error).toContain('error[auth/key-file]');
    expect(error).not.toContain('at async');
  });
});

describe('the boards of a command', () => {
  it.each([
    [
      '{zed0: {board: zedboard}}',
      'the cluster has no real boards',
      'a real board has an `address`; a --profile may define some',
    ],
    [`{${real}, e: {board: zedboard}}`, 'the cluster has no real board "e"', 'known: zed0, z1'],
    ['{zed0: {board: zedboard, address: a}}', 'the cluster has no real board "e"', 'known: zed0'],
  ])('of %s', async (cluster, message, hint) => {
    for (const command of [['status'], ['install'], ['logs'], ['reboot']])
      expect(await boards(project(cluster), ...command, 'e')).toEqual({
        code: 2,
        out: '',
        error: `error[usage/unknown-board]: ${message}\n  hint: ${hint}\n`,
      });
  });

  it('are reported as JSON too', async () => {
    const { code, out, error } = await boards(project(), 'status', 'zed9', '--json');
    expect({ code, error }).toEqual({ code: 2, error: '' });
    expect(parseEvents(out)).toEqual([
      {
        type: 'diagnostic',
        code: 'usage/unknown-board',
        severity: 'error',
        message: 'the cluster has no real board "zed9"',
        hint: 'did you mean zed0?',
      },
    ]);
  });

  it('are those of the profile', async () => {
    const folder = project();
    expect(await boards(folder, 'status', '--profile', 'lab')).toMatchObject({
      code: 2,
      out: '',
      error: expect.stringContaining('there is no profile "lab" in pipeline.yaml') as string,
    });
  });

  it('are not looked up in a folder without a project', async () => {
    const { code, error } = await boards(projectWith({}), 'status');
    expect(code).toBe(2);
    expect(error).toMatch(/^error\[\w+\/[\w-]+\]: .*pipeline\.yaml/);
  });
});

describe('pipeline boards status', () => {
  it('has a line for each board, in order, and then the reason why one cannot be queried', async () => {
    expect(await boards(project(), 'status')).toEqual({
      code: 1,
      out: 'zed0  cannot be queried\nz1    cannot be queried\n',
      error: [1, 2]
        .map((port) => {
          const name = port === 1 ? 'zed0' : 'z1';
          return `error[board/unreachable]: ${name} cannot be reached at 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}\n  hint: is the board on? \`pipeline boards install ${name}\` installs its server\n`;
        })
        .join(''),
    });
  });

  it('has an object for each board, and nothing else', async () => {
    const { code, out, error } = await boards(project(), 'status', 'z1', '--json');
    expect({ code, error }).toEqual({ code: 1, error: '' });
    expect(parseEvents(out)).toEqual([
      {
        type: 'board-status',
        name: 'z1',
        address: { host: '127.0.0.1', port: 2 },
        problem: expect.objectContaining({ code: 'board/unreachable' }) as object,
      },
    ]);
  });
});

describe('pipeline boards install', () => {
  it('requires the named program to exist', async () => {
    const folder = project();
    expect(await boards(folder, 'install', '--program', 'no such')).toEqual({
      code: 2,
      out: '',
      error: `error[file/missing]: there is no program ${folder}/no such\n`,
    });
    for (const path of ['.', 'pipeline.yaml/x'])
      expect(await boards(folder, 'install', '--program', path)).toMatchObject({
        code: 2,
        error: expect.stringContaining('error[file/missing]') as string,
      });
  });

  it('is for Zynq 7000 only', async () => {
    const folder = project(`{${real}, k: {board: kv260, address: a}}`);
    const { code, out, error } = await boards(folder, 'install', '--program', 'pipeline.yaml');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toBe(
      "error[boards/unsupported-type]: k is a kv260; the board's server supports only Zynq 7000\n  hint: name the boards to install it on: pipeline boards install BOARD…\n",
    );
  });
});

describe('arguments', () => {
  it.each(['x', '-1', '1.5', '', ' 1', '0x1', '1e3'])(
    '"%s" is not a position of a submodel',
    async (text) => {
      const { code, error } = await boards(project(), 'load', 'zed0', '--', text);
      expect(code).toBe(2);
      expect(error).toContain('must be a whole number of at least 0.');
    },
  );

  it.each(['0', 'abc', '2.5'])('"%s" is not a number of lines', async (text) => {
    const { code, error } = await boards(project(), 'logs', 'zed0', '-n', text);
    expect(code).toBe(2);
    expect(error).toContain('must be a whole number of at least 1.');
  });

  it.each([['load', 'zed0'], ['logs'], ['reboot'], ['nonsense']])(
    '%s requires more arguments',
    async (...args) => {
      const { code, out, error } = await boards(project(), ...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(error).toMatch(/^error: (missing required argument|unknown command) /);
    },
  );

  it.each(['', 'keygen', 'install', 'status', 'load', 'logs', 'reboot'])(
    '"boards %s" has help of 80 columns',
    async (command) => {
      const { code, out, error } = await boards(project(), ...command.split(' ').filter(Boolean), '--help');
      expect({ code, error }).toEqual({ code: 0, error: '' });
      expect(out).toMatch(/^Usage: pipeline boards /);
      expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    },
  );
});
