import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** A program that ends with the thread that started it at the latest, even if that is killed. */
export interface Tethered {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Ends it. */
  readonly cut: () => void;
  /** Resolves when it has ended: its exit code (127 if there is no such program) and the end of its standard error. */
  readonly ended: Promise<{ readonly code: number; readonly complaint: string }>;
}

/**
 * Starts a program from PATH in `folder`. The system closes the descriptors of a thread or process when it ends, for
 * whatever reason; a shell between us and the program waits for that. With `removes`, the folder is deleted when the program
 * has ended. Throws the error of the system if it cannot start a program.
 */
export async function startTethered(
  program: string,
  args: readonly string[],
  folder: string,
  { removes }: { readonly removes: boolean },
): Promise<Tethered> {
  const child = spawn('/bin/sh', ['-c', script, 'sh', removes ? folder : '', program, ...args], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  // Without a process there may be no streams.
  await once(child, 'spawn');
  const tether = child.stdio[3] as Writable;
  for (const stream of [child.stdin, tether]) stream.on('error', () => undefined);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-keptComplaint);
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    cut: () => tether.destroy(),
    ended: new Promise((resolve) => {
      // A line lets the shell's watcher end without killing: by then, the number may belong to another process.
      child.once('exit', () => tether.end('\n'));
      child.once('close', (code) => resolve({ code: code ?? 128, complaint }));
    }),
  };
}

const keptComplaint = 16_384;

// In a shell without job control, background processes have no standard input unless they are given one. The shell itself
// must not write: if the reader is gone, the resulting signal would end the shell too early. Signals from the terminal reach
// it too, but it ignores them, since the thread decides how to handle them.
const script = `
trap '' INT QUIT
exec 4<&0
folder=$1; shift
"$@" <&4 3<&- 4<&- & program=$!
exec 4<&- </dev/null >/dev/null 2>&1
{ read -r _ <&3 || kill "$program"; } &
exec 3<&-
wait "$program"; code=$?
[ -z "$folder" ] || { cd /; rm -rf -- "$folder"; }
exit "$code"
`;
