import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bareMachine, fakeVivado, program } from '../rig/machine.ts';
import { writeIn } from '../rig/project.ts';
import { fakePython } from '../toolchain/fake-python.ts';

const stages = `
toolchain: {frontend: finn, backend: vivado, vivado: 2024.2}
stages:
  preprocess: {kind: finn/preprocess, with: {model: model.onnx}}
  estimate: {kind: finn/estimate, needs: {model: preprocess}, with: {folding: folding.json}}
  split: {kind: split, needs: {model: estimate}, with: {strategy: greedy}}
  build: {kind: finn/build, foreach: split.submodels}
  package: {kind: package, foreach: build.bitstreams}
  deploy: {kind: deploy, foreach: cluster, needs: {packages: package}}
cluster: {zed0: {board: zedboard, address: 127.0.0.1, port: 9}}
`;

/** The project on a machine with FINN and without anything else but what is put into `bin`. */
function machine(text = stages) {
  const { folder, bin, pipeline } = bareMachine();
  const python = fakePython(bin);
  writeIn(folder, 'pipeline.yaml', `version: 1\ntools: {finn: {python: '${python}'}}\n${text}`);
  program(bin, 'ssh', 'echo "ssh: connect to host 127.0.0.1 port 22: Connection refused" >&2; exit 255');
  return {
    folder,
    bin,
    doctor: async (variables: Readonly<Record<string, string>> = {}, ...args: readonly string[]) => {
      const { code, out } = await pipeline(['doctor', ...args], variables);
      return { code, out: out.trimEnd().replace(/[\d.]+ [kMGT]?B free/, 'MUCH free') };
    },
  };
}

describe('pipeline doctor', () => {
  it('names everything that would stop a run, with a fix, and asks Vivado once', async () => {
    const { bin, folder, doctor } = machine();
    writeIn(folder, 'model.onnx', 'model');
    writeIn(folder, 'folding.json', '1');
    fakeVivado(bin, ['em.avnet.com:zed:part0:1.4']);
    expect(await doctor({ XILINXD_LICENSE_FILE: '2100@server:/nowhere/a.lic' })).toEqual({
      code: 1,
      out: `✔ file model.onnx              5 B
✔ FINN+ 1.6.1                  FOLDER/bin/python3.11
✖ file folding.json            folding.json does not hold a JSON object [file/bad-json]
✔ Vivado 2024.2                FOLDER/bin/vivado
✖ zedboard in Vivado           this Vivado has no board part for zedboard: none of avnet.com:zedboard:part0:1.4, avnet-tria:zedboard:part0:1.5, digilentinc.com:zedboard:part0:1.1, digilentinc.com:zedboard:part0:1.0 [vivado/no-board-part]
  fix: it has em.avnet.com:zed:part0:1.4, which target.boardPart may name; or install the board from the Board Store (Vivado: Tools > Vivado Store > Boards), or name a folder of board files in tools: {vivado: {boards: DIR}}
! Vivado's licence             XILINXD_LICENSE_FILE names /nowhere/a.lic, which does not exist [toolchain/no-licence-file]
  fix: correct the variable, or unset it
✔ room for Vivado              MUCH free
✖ high-level synthesis 2024.2  there is no vitis_hls 2024.2 on PATH (FOLDER/bin, /usr/bin, /bin) [vivado/not-found]
  fix: put its bin folder on PATH, as its settings64.sh does, or name it in tools: {vivado: {path: [DIR]}}
✖ finn-hlslib                  FINN's HLS library finn-hlslib is needed, but no folder of dependencies is known [finn/no-hlslib]
  fix: pipeline toolchain install finn fetches it, or takes it from --deps PATH
✖ the cluster's key            there is no key file FOLDER/cluster.key [auth/key-file]
  fix: \`pipeline boards keygen\` makes one for the cluster
- the server of zed0           cannot be seen yet
✖ ssh to zed0                  ssh cannot reach zed0 (127.0.0.1): ssh: connect to host 127.0.0.1 port 22: Connection refused [ssh/unreachable]
  fix: is the board on, and is its address right?
6 problems would stop a run`,
    });
    expect(readFileSync(join(bin, 'calls'), 'utf8')).toMatch(
      /^-version\n-mode batch -source \S+probe\.tcl\n$/,
    );
  });

  it('reports the same as JSON, with the stages that need each thing', async () => {
    const { bin, folder, doctor } = machine();
    writeIn(folder, 'model.onnx', 'model');
    writeIn(folder, 'folding.json', '{}');
    writeIn(folder, 'deps/finn-hlslib/bnn-library.h', '');
    writeFileSync(join(folder, 'cluster.key'), `${'0'.repeat(64)}\n`, { mode: 0o600 });
    fakeVivado(bin, ['avnet.com:zedboard:part0:1.4']);
    program(bin, 'vitis_hls', '');
    const { code, out } = await doctor({ FINN_DEPS: join(folder, 'deps') }, '--json');
    const lines = out.split('\n').map((line) => JSON.parse(line) as { readonly [field: string]: unknown });
    expect(lines.find(({ what }) => what === 'FINN+ 1.6.1')).toEqual({
      ...{ type: 'check', what: 'FINN+ 1.6.1', ok: true, found: 'FOLDER/bin/python3.11', problems: [] },
      stages: ['preprocess', 'estimate', 'build'],
    });
    expect(lines.find(({ what }) => what === 'zedboard in Vivado')).toMatchObject({
      ok: true,
      found: 'avnet.com:zedboard:part0:1.4',
    });
    expect(lines.filter(({ ok }) => ok === false)).toMatchObject([
      { what: 'the server of zed0', problems: [{ code: 'board/unreachable' }] },
      { what: 'ssh to zed0', problems: [{ code: 'ssh/unreachable' }] },
    ]);
    expect(lines.at(-1)).toEqual({ type: 'doctor-finished', checks: 12, wrong: 2 });
    expect(code).toBe(1);
  });

  it('refuses another Vivado, and does not ask it what it can build for', async () => {
    const { bin, doctor } = machine(stages.replace('vivado: 2024.2', 'vivado: 2023.1'));
    fakeVivado(bin, []);
    const { out } = await doctor();
    expect(out).toContain(
      '✖ Vivado 2023.1                Vivado 2023.1 is required, but FOLDER/bin/vivado is 2024.2 [vivado/wrong-version]\n',
    );
    expect(out).toContain('- zedboard in Vivado           cannot be seen yet\n');
  });

  it('finds nothing wrong in a project of emulated boards that has its files', async () => {
    const { folder, doctor } = machine(
      'stages: {preprocess: {kind: finn/preprocess, with: {model: model.onnx}}}\n',
    );
    writeIn(folder, 'model.onnx', 'model');
    expect(await doctor()).toEqual({ code: 0, out: '✔ file model.onnx  5 B\nnothing is wrong' });
  });
});
