import { spawnSync } from 'node:child_process';

/**
 * Runs a program where damaged state can hurt nobody: in a PID namespace of its own, so that a wrong number of a process
 * names nobody else's, and with everything but memory file systems read-only. All its processes end with it.
 */
export const confined: readonly string[] = [
  'unshare',
  '--pid',
  '--fork',
  '--mount',
  '--mount-proc',
  '--kill-child',
  'sh',
  '-c',
  // Without the mount of /proc, numbers of processes would be read from the wrong namespace.
  'mount -o remount,bind,ro / 2>/dev/null; "$@"; exit $?',
  'sh',
];

/** Why `confined` does not work here, or null. */
export function whyNotConfined(): string | null {
  const { status, stderr, error } = spawnSync(confined[0]!, [...confined.slice(1), 'true'], {
    encoding: 'utf8',
  });
  return status === 0 ? null : `needs root for PID and mount namespaces: ${error?.message ?? stderr.trim()}`;
}
