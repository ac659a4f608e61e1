import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { checkFinn } from '../../toolchain/finn/check.ts';
import { locateFinn, requirementsDigest } from '../../toolchain/finn/locate.ts';
import { runTool } from '../../toolchain/tool-process.ts';
import { toolchainHome } from '../../toolchain/home.ts';
import { cli } from '../rig/command.ts';
import { temporaryFolder } from '../rig/project.ts';
import { counterpart } from './rig/counterparts.ts';

const root = join(import.meta.dirname, '..', '..');
const requirements = readFileSync(join(root, 'templates', 'finn', 'requirements.txt'), 'utf8');
const path = process.env['PATH'] ?? '';

function toolchain(home: string, ...args: readonly string[]) {
  return execa(process.execPath, [cli, 'toolchain', ...args], {
    env: { PIPELINE_TOOLCHAIN_HOME: home },
    reject: false,
  });
}

counterpart('finn', (python) => {
  it('accepts this FINN when the user names it', async () => {
    expect(await checkFinn(python, path)).toBeNull();
  });

  it.each(['attrs', 'toposort', 'torch', 'onnxruntime'])('has %s, which FINN imports', async (name) => {
    const code = `from importlib.metadata import version; print(version('${name}'))`;
    const exit = await runTool({ argv: [python, '-I', '-c', code], variables: { PATH: path } });
    const pin = requirements.split('\n').find((line) => line.startsWith(`${name}==`));
    // torch has the name of its build behind its version.
    expect(exit).toMatchObject({ code: 0, answer: expect.stringContaining(pin!.split('==')[1]!) as string });
  });

  it('with a real pip, names the wheel that a wheelhouse lacks', async () => {
    const folder = temporaryFolder();
    const wheels = join(folder, 'wheels');
    mkdirSync(wheels);
    const { exitCode, stderr } = await toolchain(
      join(folder, 'home'),
      ...['install', 'finn', '--python', python, '--wheelhouse', wheels],
    );
    expect(stderr).toContain(
      `error[toolchain/missing-wheel]: ${wheels} has no wheel of torch==2.13.0${process.platform === 'linux' ? '+cpu' : ''} for this machine and Python\n`,
    );
    expect(exitCode).toBe(3);
  });

  it('with a real pip, reports that no index can be reached', async () => {
    const folder = temporaryFolder();
    const { exitCode, stderr } = await execa(
      process.execPath,
      [cli, 'toolchain', 'install', 'finn', '--python', python],
      {
        extendEnv: false,
        env: {
          PATH: path,
          HOME: folder,
          PIPELINE_TOOLCHAIN_HOME: join(folder, 'home'),
          PIP_CONFIG_FILE: '/dev/null',
          // Nobody listens on the port of discard.
          PIP_INDEX_URL: 'http://127.0.0.1:9/simple',
          PIP_RETRIES: '1',
        },
        reject: false,
      },
    );
    expect(stderr).toContain(
      'error[toolchain/no-network]: the package index cannot be reached: Connection refused\n',
    );
    expect(exitCode).toBe(3);
  });
});

const home = toolchainHome(process.env, homedir());

// Where a Python was named for the tests, there need not be an installed one.
describe.skipIf(locateFinn(home, requirementsDigest(requirements)) === null)(
  'the installed environment',
  () => {
    it('is not installed a second time, and checking takes less than a second', async () => {
      const { exitCode, stdout, durationMs } = await execa(
        process.execPath,
        [cli, 'toolchain', 'install', 'finn', '--json'],
        // Without git, nothing is fetched that may be missing.
        { env: { PIPELINE_TOOLCHAIN_HOME: home, PATH: '/nowhere' }, reject: false },
      );
      expect(exitCode).toBe(0);
      const events = stdout.split('\n').map((line) => JSON.parse(line) as { readonly type: string });
      expect(events.find(({ type }) => type === 'install-finished')).toMatchObject({
        outcome: 'present',
        environment: { versions: { finnPlus: '1.6.1' } },
      });
      expect(events.some(({ type }) => type === 'install-started')).toBe(false);
      expect(durationMs).toBeLessThan(1000);
    });

    it('is the FINN that status shows', async () => {
      const { stdout } = await toolchain(home, 'status', '--json');
      expect(JSON.parse(stdout)).toMatchObject({
        finn: locateFinn(home, requirementsDigest(requirements)),
      });
    });
  },
);
