import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The shell code that the stand-in runs instead of Python; `$home` is its own folder, `$last` the last argument. */
export interface FakePython {
  readonly version?: string;
  readonly platform?: string;
  /** Whether it has venv and ensurepip. */
  readonly complete?: boolean;
  readonly venv?: string;
  readonly pip?: string;
  /** What `pip config list` prints. */
  readonly settings?: string;
  /** Answers the import of FINN. */
  readonly check?: string;
  /** Distributions that it has. */
  readonly distributions?: { readonly [name: string]: string };
}

const good = { 'finn-plus': '1.6.1', qonnx: '1.0.0' };

/**
 * Writes an executable file that answers like a Python, under a name that can be put on PATH; returns its path. All
 * arguments of `pip install` and the requirements that it is given go to the file `pip-calls` next to it, one line per call.
 */
export function fakePython(folder: string, fake: FakePython = {}, name = 'python3.11'): string {
  const { version = '3.11.9', platform = 'linux', complete = true, distributions = good } = fake;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  const probe = JSON.stringify({ path, version, platform, machine: 'x86_64', makesEnvironments: complete });
  const versions = JSON.stringify({ python: version, distributions });
  writeFileSync(
    path,
    `#!/bin/sh
home='${folder}'
for last; do :; done
make() { mkdir -p "$last/bin" && ln -s '${path}' "$last/bin/python"; }
versions() { echo '${versions}'; }
case "$*" in
  *' -m venv '*) ${fake.venv ?? 'make'} ;;
  *' -m pip config list') printf '%s' "${fake.settings ?? ''}" ;;
  *' -m pip '*) echo "$*" $(cat "$last") >> "$home/pip-calls"
    ${fake.pip ?? ':'} ;;
  *find_spec*) echo '${probe}' ;;
  *'import finn'*) ${fake.check ?? 'versions'} ;;
  *) versions ;;
esac
`,
  );
  chmodSync(path, 0o755);
  return path;
}
