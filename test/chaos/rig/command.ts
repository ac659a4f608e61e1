import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cli } from '../../rig/command.ts';
import type { Ground } from './ground.ts';

/** How one run of the command ended. */
export interface Ending {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
  /** It was still running after its time and was killed. */
  readonly hung: boolean;
}

export interface Circumstances {
  /** A program with arguments that runs the command, such as prlimit. */
  readonly through?: readonly string[];
  readonly env?: { readonly [name: string]: string };
  /** Seconds until it counts as hung (default 60). */
  readonly seconds?: number;
  /** Called with the process, and again with all output so far whenever there is more. */
  readonly watch?: (child: ChildProcess, out: string) => void;
}

/** Runs `pipeline …` in the project of a ground, with a bare environment that holds its marker. */
export function pipeline(
  { project, marker }: Ground,
  args: readonly string[],
  { through = [], env = {}, seconds = 60, watch }: Circumstances = {},
): Promise<Ending> {
  const [program, ...rest] = [...through, process.execPath, cli, ...args];
  const child = spawn(program!, rest, {
    cwd: project,
    env: {
      PATH: process.env['PATH'] ?? '',
      XDG_STATE_HOME: process.env['XDG_STATE_HOME'] ?? '',
      CHAOS: marker,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((done, failed) => {
    let out = '';
    let error = '';
    let hung = false;
    const limit = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
    child.stdout.on('data', (text: Buffer) => {
      out += text.toString();
      watch?.(child, out);
    });
    child.stderr.on('data', (text: Buffer) => (error += text.toString()));
    child.on('error', failed);
    child.on('spawn', () => watch?.(child, ''));
    const end = (code: number | null) => {
      clearTimeout(limit);
      done({ code, out, error, hung });
    };
    child.on('close', end);
    // What a killed command leaves behind may hold its pipes open for ever.
    child.on('exit', (code) => setTimeout(() => end(code), 1000).unref());
  });
}

/** What no ending may show, whatever the user, a job or the disk did: a trace, a bug, a hang, an undocumented exit code. */
export function disgraces(name: string, { code, out, error, hung }: Ending): readonly string[] {
  const text = `${out}\n${error}`;
  if (hung) return [`${name} hangs`];
  return [
    ...(/^ {4}at |\\n {4}at /m.test(text)
      ? [`${name} prints a stack trace: ${excerpt(text, / {4}at /)}`]
      : []),
    ...(text.includes('internal/bug') ? [`${name} reports a bug: ${excerpt(text, /internal\/bug/)}`] : []),
    ...(code !== null && [0, 1, 2, 3].includes(code)
      ? []
      : [`${name} exits with ${code}: ${excerpt(text, /\S/)}`]),
  ];
}

/** The text around the first match, on one line. */
export function excerpt(text: string, pattern: RegExp): string {
  const at = Math.max(0, text.search(pattern));
  return text
    .slice(Math.max(0, at - 300), at + 300)
    .replaceAll(/\s+/g, ' ')
    .trim();
}
