import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isJsonObject } from './json.ts';
import { startField, startOf, statOf } from './process-stat.ts';

/** A process, distinguished from every other one, also of another boot, container or machine. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start in clock ticks since boot; null if the system does not report it. */
  readonly started: string | null;
  /** The run of the kernel. */
  readonly boot: string;
  /** The PID namespace, in which alone `pid` means anything: a container has its own. */
  readonly namespace: string;
  /** The computer, or the container, that runs it. */
  readonly machine: string;
}

/** Whether a process still runs. `unknown`: this cannot be seen from here. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** The identity of a process in the own PID namespace. */
export function identityOf(pid: number): ProcessIdentity {
  return { pid, started: startOf(pid), ...here() };
}

/**
 * Whether exactly this process is still running; a zombie, which its parent has not collected yet, is not. A process of an
 * earlier boot of this machine is dead; one of another machine, or of a container next to this one, is unknown.
 */
export function livenessOf({ pid, started, boot, namespace, machine }: ProcessIdentity): Liveness {
  const own = here();
  if (boot !== own.boot) return machine === own.machine ? 'dead' : 'unknown';
  if (namespace !== own.namespace) return 'unknown';
  const fields = statOf(pid) ?? [];
  const [state = ''] = fields;
  if (state !== '')
    return fields[startField] === started && state !== 'Z' && state !== 'X' ? 'alive' : 'dead';
  return exists(pid) ? 'unknown' : 'dead';
}

/** Whether a parsed value is a process identity. */
export function isProcessIdentity(value: unknown): value is ProcessIdentity {
  if (!isJsonObject(value)) return false;
  const { pid, started, boot, namespace, machine } = value;
  return (
    Number.isSafeInteger(pid) &&
    (pid as number) > 0 &&
    (started === null || typeof started === 'string') &&
    [boot, namespace, machine].every((text) => typeof text === 'string')
  );
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function here(): Pick<ProcessIdentity, 'boot' | 'namespace' | 'machine'> {
  place ??= {
    boot: contentsOf('/proc/sys/kernel/random/boot_id') ?? '',
    namespace: namespaceOfProcesses(),
    // A copy of a virtual machine has the same id, and usually another name.
    machine: `${contentsOf('/etc/machine-id') ?? ''} ${hostname()}`,
  };
  return place;
}

let place: Pick<ProcessIdentity, 'boot' | 'namespace' | 'machine'> | null = null;

function namespaceOfProcesses(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function contentsOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
