import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../core/config/load.ts';
import { formatDiagnostic } from '../../reporters/diagnostic.ts';
import { registryWith } from '../rig/engine.ts';

const registry = registryWith([]);

const pipe = { isTerminal: false, hasColour: false, width: 80 };

/** All problems of the file, as shown to people. */
async function refusal(text: string, profile: string | null = null): Promise<string> {
  const loaded = await loadPlan('pipeline.yaml', text, profile, registry);
  if (loaded.ok) return 'accepted';
  return loaded.diagnostics
    .map((diagnostic) => formatDiagnostic(diagnostic, () => text.split('\n'), pipe))
    .join('');
}

const shell = "{kind: shell, with: {command: 'true', outputs: [x]}}";

describe('a mistake in pipeline.yaml is shown at its place', () => {
  it('unknown key', async () => {
    expect(await refusal(`version: 1\nstages:\n  a: ${shell}\nclutser: {}\n`)).toBe(
      `error[config/unknown-key]: unknown key "clutser" in the file
  pipeline.yaml:4:1
  4 | clutser: {}
    | ^^^^^^^
  hint: did you mean cluster?
`,
    );
  });

  it('unknown kind', async () => {
    expect(await refusal('version: 1\nstages:\n  a: {kind: finn/biuld}\n')).toBe(
      `error[config/unknown-value]: "stages.a.kind": "finn/biuld" is not known
  pipeline.yaml:3:13
  3 |   a: {kind: finn/biuld}
    |             ^^^^^^^^^^
  hint: did you mean finn/build?
`,
    );
  });

  it.each(['0 MHz', '0.0001 MHz', '4.68 MHz', '801 MHz', '99999999 MHz'])('a clock of %s', async (clock) => {
    expect(await refusal(`version: 1\ntarget: {clock: ${clock}}\nstages:\n  a: ${shell}\n`)).toBe(
      `error[config/bad-value]: "target.clock" is ${clock}, must be 4.69 to 800 MHz, which is what the clock manager of a zedboard can make
  pipeline.yaml:2:17
  2 | target: {clock: ${clock}}
    |                 ${'^'.repeat(clock.length)}
`,
    );
  });

  it.each(['4.69 MHz', '142.857 MHz', '800 MHz'])('but not a clock of %s', async (clock) => {
    expect(await refusal(`version: 1\ntarget: {clock: ${clock}}\nstages:\n  a: ${shell}\n`)).toBe('accepted');
  });

  const withMember = (member: string): string => `stages:\n  a: ${shell.replace('{', `{${member}, `)}\n`;

  it.each([
    ['stages.a.timeout', '0 s', withMember('timeout: 0 s')],
    ['stages.a.timeout', '0.0 h', withMember('timeout: 0.0 h')],
    ['stages.a.uses.memory', '0 GB', withMember('uses: {memory: 0 GB}')],
    ['resources.memory', '0.00 MB', `resources: {memory: 0.00 MB}\nstages:\n  a: ${shell}\n`],
  ])('%s of %s', async (key, value, text) => {
    expect(await refusal(`version: 1\n${text}`)).toContain(
      `error[config/bad-value]: "${key}" is ${value}, must be more than 0\n`,
    );
  });

  it('a list where a name belongs', async () => {
    expect(await refusal('version: 1\nstages:\n  a: {kind: [shell]}\n')).toMatch(
      /^error\[config\/wrong-type\]: "stages.a.kind" must be a string\n[^]*\n {2}hint: known: .*\bshell\b/,
    );
  });

  it.each([
    ['1', '"1"'],
    ['true', '"true"'],
  ])('a text without quotes that is none: %s', async (value, quoted) => {
    expect(
      await refusal(
        `version: 1\nstages:\n  a: {kind: shell, with: {command: 'true', outputs: [x], env: {V: ${value}}}}\n`,
      ),
    ).toMatch(
      new RegExp(
        `"stages.a.with.env.V" must be a string\n[^]*\n  hint: in quotes it is one: ${quoted}; with --set, '${quoted}'\n`,
      ),
    );
  });

  it('a value or a mapping, of which neither is allowed', async () => {
    const fifos = (value: string): Promise<string> =>
      refusal(`version: 1\ntoolchain: {fifos: ${value}}\nstages:\n  a: ${shell}\n`);
    expect(await fifos('64')).toBe(
      `error[config/unknown-value]: "toolchain.fifos": "64" is not known
  pipeline.yaml:2:20
  2 | toolchain: {fifos: 64}
    |                    ^^
  hint: Depths of the FIFOs between layers. 33 (the default); sized: the cheapest for full pace, or for target_fps; minimal: 2, as FINN builds without sizing.
`,
    );
    expect(await fifos('{target_fps: 0}')).toBe(
      `error[config/bad-value]: "toolchain.fifos.target_fps" is 0, must be more than 0
  pipeline.yaml:2:33
  2 | toolchain: {fifos: {target_fps: 0}}
    |                                 ^
`,
    );
  });

  it('wrong type', async () => {
    expect(await refusal('version: 1\nstages:\n  a: {kind: smoke, with: {inputs: 3}}\n')).toBe(
      `error[config/wrong-type]: "stages.a.with.inputs" must be a string
  pipeline.yaml:3:35
  3 |   a: {kind: smoke, with: {inputs: 3}}
    |                                   ^
  hint: .npy file of images along the first axis.
`,
    );
  });

  it('missing parameter', async () => {
    expect(await refusal('version: 1\nstages:\n  a:\n    kind: finn/preprocess\n')).toBe(
      `error[config/missing-key]: "stages.a.with" has no "model"
  pipeline.yaml:3:3
  3 |   a:
    |   ^
  hint: QONNX file of the trained network.
`,
    );
  });

  it('unknown stage', async () => {
    expect(
      await refusal(
        `version: 1\nstages:\n  first: ${shell}\n  b: {kind: shell, needs: {a: frist}, with: {command: x, outputs: [y]}}\n`,
      ),
    ).toBe(
      `error[config/unknown-stage]: there is no stage "frist"
  pipeline.yaml:4:31
  4 |   b: {kind: shell, needs: {a: frist}, with: {command: x, outputs: [y]}}
    |                               ^^^^^
  hint: did you mean first?
`,
    );
  });

  it('cycle, with all its stages', async () => {
    const stage = (need: string) => `{kind: shell, needs: {n: ${need}}, with: {command: x, outputs: [y]}}`;
    expect(
      await refusal(`version: 1\nstages:\n  a: ${stage('c')}\n  b: ${stage('a')}\n  c: ${stage('b')}\n`),
    ).toContain('error[config/cycle]: stages wait for each other: a → c → b → a\n  pipeline.yaml:3:3\n');
  });

  it('broken YAML', async () => {
    expect(await refusal('version: 1\nstages: {a: [}\n')).toContain('error[config/yaml-syntax]');
    expect(await refusal('version: 1\nstages: {a: [}\n')).toContain('pipeline.yaml:2:14\n');
  });

  it('the same stage twice', async () => {
    expect(await refusal(`version: 1\nstages:\n  a: ${shell}\n  a: ${shell}\n`)).toContain(
      'error[config/yaml-syntax]: "a" is given twice\n  pipeline.yaml:4:3',
    );
  });

  it.each([
    [
      'an unknown output',
      `b: {kind: shell, needs: {n: a.z}, with: {command: x, outputs: [y]}}`,
      'config/unknown-output',
    ],
    ['an unknown input', `b: {kind: finn/estimate, needs: {modle: a}}`, 'config/unknown-input'],
    ['a missing input', `b: {kind: finn/estimate}`, 'config/missing-input'],
    ['foreach over a single artifact', `b: {kind: finn/build, foreach: a}`, 'config/not-a-collection'],
    ['a missing foreach', `b: {kind: finn/build}`, 'config/needs-foreach'],
    [
      'foreach where there is none',
      `b: {kind: finn/preprocess, foreach: a, with: {model: m}}`,
      'config/no-foreach',
    ],
    ['foreach over the wrong thing', `b: {kind: finn/build, foreach: cluster}`, 'config/wrong-foreach'],
    [
      'foreach over no boards',
      `b: {kind: deploy, foreach: cluster, needs: {packages: a}}`,
      'config/no-cluster',
    ],
    [
      'an input where a kind has its own',
      `b: {kind: shell, needs: {files: a}, with: {command: x, outputs: [y]}}`,
      'config/reserved-input',
    ],
    [
      'an input named like a path',
      `b: {kind: shell, needs: {../x: a}, with: {command: x, outputs: [y]}}`,
      'config/bad-name',
    ],
    [
      'a stage named like a method',
      `b: {kind: shell, needs: {n: toString}, after: [constructor], with: {command: x, outputs: [y]}}`,
      'config/unknown-stage',
    ],
    [
      'an environment that is not the user’s',
      `b: {kind: shell, with: {command: x, outputs: [y], env: {PATH: z}}}`,
      'config/bad-name',
    ],
    [
      'a malformed time',
      `b: {kind: shell, timeout: soon, with: {command: x, outputs: [y]}}`,
      'config/bad-value',
    ],
    ['a name that is none', `"b c": ${shell}`, 'config/bad-name'],
    [
      'an unknown stage in after',
      `b: {kind: shell, after: [z], with: {command: x, outputs: [y]}}`,
      'config/unknown-stage',
    ],
  ])('%s', async (_, stage, code) => {
    expect(await refusal(`version: 1\nstages:\n  a: ${shell}\n  ${stage}\n`)).toContain(`error[${code}]`);
  });

  it('two stages that would change the same boards', async () => {
    const deploy = '{kind: deploy, foreach: cluster, needs: {packages: a}}';
    const text = `version: 1\nstages:\n  a: ${shell}\n  b: ${deploy}\n  c: ${deploy}\ncluster: {zed0: {board: zedboard}}\n`;
    expect(await refusal(text)).toContain(
      'error[config/two-deployments]: "b" and "c" would both change the boards',
    );
  });

  it('another version, an empty file, a list', async () => {
    expect(await refusal(`version: 2\nstages:\n  a: ${shell}\n`)).toContain('"version" is 2, must be 1');
    expect(await refusal('')).toContain('config/not-a-mapping');
    expect(await refusal('- a\n')).toContain('config/not-a-mapping');
  });

  it('several at once', async () => {
    const text = `version: 1\nstages:\n  a: {kind: shell, with: {comand: x, outputs: y}}\n`;
    expect((await refusal(text)).match(/error\[/g)).toHaveLength(3);
  });
});

describe('boards of the cluster', () => {
  const file = (board: string) =>
    `version: 1\nstages:\n  a: ${shell}\ncluster:\n  zed0: {board: zedboard${board}}\n`;
  const boardOf = async (board: string) => {
    const loaded = await loadPlan('pipeline.yaml', file(board), null, registry);
    return loaded.ok ? loaded.value.cluster[0] : null;
  };

  it('are emulated without an address, else reached by port and ssh', async () => {
    expect(await boardOf('')).toMatchObject({ address: null, ssh: null, emulated: true });
    expect(await boardOf(', address: lab0')).toMatchObject({
      address: { host: 'lab0', port: 7411 },
      ssh: 'lab0',
      emulated: false,
    });
    expect(await boardOf(', address: 10.0.0.7, port: 7500, ssh: root@zed0')).toMatchObject({
      address: { host: '10.0.0.7', port: 7500 },
      ssh: 'root@zed0',
    });
  });

  it('have neither port nor ssh without an address', async () => {
    expect(await refusal(file(', ssh: zed0'))).toBe(
      `error[config/no-address]: "cluster.zed0" has "ssh" but no "address", and so is emulated
  pipeline.yaml:5:27
  5 |   zed0: {board: zedboard, ssh: zed0}
    |                           ^^^
  hint: add the address of the board, or remove "ssh"
`,
    );
    expect(await refusal(file(', port: 7411, ssh: zed0'))).toMatch(/no-address[^]*"port"[^]*no-address/);
    expect(await refusal(file(', address: a, port: 0'))).toContain('config/bad-value');
  });

  it.each(['10.0.0.7', 'zed0.lab', 'localhost', 'fd00::7', 'fe80::7%eth0'])(
    'may be at %s',
    async (address) => {
      expect(await boardOf(`, address: '${address}'`)).toMatchObject({
        address: { host: address },
        ssh: address,
      });
    },
  );

  it('have an address without port, user or anything else in it', async () => {
    expect(await refusal(file(", address: '10.0.0.7:7411'"))).toBe(
      `error[config/bad-address]: "cluster.zed0.address" is neither a name nor a numeric address: "10.0.0.7:7411"
  pipeline.yaml:5:36
  5 |   zed0: {board: zedboard, address: '10.0.0.7:7411'}
    |                                    ^^^^^^^^^^^^^^^
  hint: the port has its own key: address: 10.0.0.7, port: 7411
`,
    );
    expect(await refusal(file(", address: '[fd00::7]:7411'"))).toContain('address: fd00::7, port: 7411');
    expect(await refusal(file(', address: root@10.0.0.7'))).toContain('ssh: USER@HOST next to the address');
    expect(await refusal(file(", address: '-oProxyCommand=x'"))).toContain('such as 10.0.0.7');
  });

  it('have each an address of their own', async () => {
    const two = (first: string, second: string) =>
      file(`, address: ${first}}\n  zed1: {board: zedboard, address: ${second}`);
    expect(await refusal(two('zed.lab', 'Zed.lab, port: 7411'))).toBe(
      `error[config/shared-address]: "cluster.zed1" and "cluster.zed0" have one address, zed.lab port 7411
  pipeline.yaml:6:36
  6 |   zed1: {board: zedboard, address: Zed.lab, port: 7411}
    |                                    ^^^^^^^
  hint: give each board its own address, or its own port; leave out a board that you do not have
`,
    );
    const loaded = await loadPlan(
      'pipeline.yaml',
      two('zed.lab', 'zed.lab, port: 7412'),
      null,
      registryWith([]),
    );
    expect(loaded.ok).toBe(true);
  });
});

describe('profiles', () => {
  const text = `version: 1
stages:
  a: ${shell}
cluster: {zed0: {board: zedboard}, zed1: {board: zedboard}}
profiles:
  single: {cluster: {zed1: null}}
  wrong: {target: {board: zedbord}}
`;

  it('are applied to the file; null removes an entry', async () => {
    const loaded = await loadPlan('pipeline.yaml', text, 'single', registry);
    expect(loaded.ok && loaded.value.cluster.map(({ name }) => name)).toEqual(['zed0']);
  });

  it('are checked only if chosen, and then their mistakes are shown in the profile', async () => {
    expect(await refusal(text)).toBe('accepted');
    expect(await refusal(text, 'wrong')).toContain('pipeline.yaml:7:27');
  });

  it('must exist', async () => {
    expect(await refusal(text, 'lab')).toContain(
      'error[config/unknown-profile]: there is no profile "lab" in pipeline.yaml',
    );
  });
});

it('orders stages by what they need', async () => {
  const text = `version: 1\nstages:\n  late: {kind: shell, needs: {n: early}, with: {command: x, outputs: [y]}}\n  early: ${shell}\n`;
  const loaded = await loadPlan('pipeline.yaml', text, null, registry);
  expect(loaded.ok && loaded.value.stages.map(({ name }) => name)).toEqual(['early', 'late']);
});
