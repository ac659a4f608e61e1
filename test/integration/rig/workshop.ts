import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { inject } from 'vitest';
import { readJson } from '../../finn/network.ts';
import { isRunning } from '../../rig/process.ts';
import { readRows } from './rows.ts';

const templates = join(import.meta.dirname, '..', '..', '..', 'templates');
const standIns = join(import.meta.dirname, '..', '..', 'fake-tools');

/** What a template writes to out/outcome.json. */
export interface JobOutcome {
  readonly ok: boolean;
  readonly versions?: { readonly [program: string]: string };
  readonly code?: string;
  readonly message?: string;
  readonly hint?: string;
  readonly detail?: string;
  readonly at?: readonly (string | number)[];
}

/** One of the templates, laid out in a fresh folder as the engine does it. */
export interface Job {
  /** Where templates are, such as `finn/hardware.py`. */
  readonly template: string;
  readonly arguments?: readonly string[];
  readonly params?: object;
  /** By path under `in/`: contents, or the file or folder to copy. */
  readonly inputs?: { readonly [path: string]: Uint8Array | { readonly copy: string } };
  /** Folder with the vendor's programs; none of them is on PATH without it. */
  readonly tools?: string;
  readonly environment?: { readonly [name: string]: string | undefined };
  /** Whether it gets a Python of its own, as outside of tests; otherwise one that has imported FINN already. */
  readonly alone?: boolean;
}

export interface JobResult {
  readonly exitCode: number | null;
  readonly outcome: JobOutcome | null;
  readonly log: string;
  readonly out: string;
}

/** Folders and jobs for tests below this folder, at most two jobs at a time. */
export function workshop(root: string, python: string) {
  let free = 2;
  const waiting: (() => void)[] = [];
  const started: ChildProcess[] = [];

  const start = (job: Job): { readonly child: ChildProcess; readonly directory: string } => {
    const directory = mkdtempSync(join(root, 'job-'));
    for (const name of ['in', 'out', 'home', 'tmp', 'deps/finn-hlslib'])
      mkdirSync(join(directory, name), { recursive: true });

    cpSync(templates, join(directory, 'templates'), { recursive: true });
    writeFileSync(join(directory, 'in/params.json'), JSON.stringify(job.params ?? {}));
    for (const [path, contents] of Object.entries(job.inputs ?? {})) {
      const target = join(directory, 'in', path);
      mkdirSync(dirname(target), { recursive: true });
      if (contents instanceof Uint8Array) writeFileSync(target, contents);
      else cpSync(contents.copy, target, { recursive: true });
    }
    const shell = job.template.endsWith('.sh');
    const child = spawn(
      shell ? 'sh' : 'python',
      [join('templates', job.template), ...(job.arguments ?? [])],
      {
        cwd: directory,
        detached: true,
        env: {
          PATH: [job.tools, dirname(job.alone === true ? python : inject('finn').python), '/usr/bin', '/bin']
            .filter((folder) => folder !== undefined)
            .join(delimiter),
          HOME: join(directory, 'home'),
          TMPDIR: join(directory, 'tmp'),
          LANG: 'C.UTF-8',
          FINN_VERSION: '1.6.1',
          VIVADO_VERSION: '2024.2',
          FINN_DEPS: join(directory, 'deps'),
          ...job.environment,
        },
      },
    );
    started.push(child);
    return { child, directory };
  };

  const run = async (job: Job): Promise<JobResult> => {
    if (free === 0) await new Promise<void>((resume) => waiting.push(resume));
    else free -= 1;
    try {
      const { child, directory } = start(job);
      let log = '';
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (text: Buffer) => (log += text.toString()));

      const [exitCode] = (await once(child, 'close')) as [number | null];
      const out = join(directory, 'out');
      const told = join(out, 'outcome.json');
      return { exitCode, outcome: existsSync(told) ? readJson<JobOutcome>(told) : null, log, out };
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };

  /** Ends what a failed test has left behind. */
  const end = (): void => {
    for (const { pid } of started) if (livingInGroup(pid!).length > 0) process.kill(-pid!, 'SIGKILL');
  };

  return { start, run, end, tools: (files: ToolFiles = {}) => toolsIn(root, files) };
}

interface ToolFiles {
  readonly faults?: string;
  /** Parts and board parts of the Vivado, one a line. */
  readonly parts?: string;
  readonly store?: string;
  readonly version?: string;
}

/** A folder with the stand-ins, what they are to do wrong, and where they note their calls. */
function toolsIn(root: string, files: ToolFiles): string {
  const folder = mkdtempSync(join(root, 'tools-'));
  for (const name of ['vivado', 'vitis_hls', 'vitis-run'])
    symlinkSync(join(standIns, name), join(folder, name));
  readRows(join(folder, 'rows'));
  for (const [name, contents] of Object.entries({ calls: '', rows: '', ...files }))
    writeFileSync(join(folder, name), contents);

  return folder;
}

/** What the stand-ins in this folder were called for, each line `TOOL KIND TARGET`. */
export function callsOf(tools: string): readonly string[] {
  return readFileSync(join(tools, 'calls'), 'utf8').split('\n').slice(0, -1);
}

/** Command lines of the processes of a group that still run. */
export function livingInGroup(group: number): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isRunning(Number(name)) && groupOf(name) === group)
    .map((name) => readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' '));
}

function groupOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  } catch {
    return null;
  }
}

/** Every file of a tree with its contents, by path. */
export function filesOf(root: string): { readonly [path: string]: string } {
  return Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(root.length + 1), readFileSync(path, 'latin1')]),
  );
}
