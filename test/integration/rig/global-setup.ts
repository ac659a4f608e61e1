import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { counterparts } from './counterpart-programs.ts';

/** The FINN that all tests share. */
export interface SharedFinn {
  /** Where finn/server.py listens. */
  readonly socket: string;
  /** Stands for FINN's Python, but runs the scripts of templates/finn/ in a Python that has imported FINN already. */
  readonly python: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly finn: SharedFinn;
  }
}

/** Starts the server of FINN for all files of tests, which imports FINN when the first of them asks; ends it with them. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const python = counterparts.finn.find();
  if (python === null) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'finn-server-'));
  const finn: SharedFinn = { socket: join(folder, 'socket'), python: join(folder, 'python') };
  const [server, client] = ['server.py', 'client.py'].map((name) => join(import.meta.dirname, 'finn', name));
  writeFileSync(
    finn.python,
    `#!/bin/sh\nexec '${python}' -IS '${client}' '${finn.socket}' '${python}' "$@"\n`,
    {
      mode: 0o755,
    },
  );
  const child = spawn(python, [server!, finn.socket], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      TMPDIR: folder,
      FINN_BUILD_DIR: folder,
      PYTHONDONTWRITEBYTECODE: '1',
      // The scripts of templates/finn/ see to the same for themselves.
      PYTHONHASHSEED: '0',
      // The matrices are small, and the rounding of a sum must not depend on the number of cores.
      OMP_NUM_THREADS: '1',
    },
  });
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  child.stdout.resume();
  project.provide('finn', finn);
  return async () => {
    child.stdin.end();
    await closed;
    rmSync(folder, { recursive: true });
  };
}
