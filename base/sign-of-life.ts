import { execFileSync } from 'node:child_process';
import { closeSync, constants, lstatSync, openSync, rmSync } from 'node:fs';
import type { Liveness } from './process-identity.ts';

/** A sign that this process lives, which any process on the same kernel can see: also one in another container. */
export interface SignOfLife {
  readonly end: () => void;
}

/**
 * Gives the sign at a path: a named pipe that this process keeps open. The kernel closes it when the process ends, however
 * that happens. Where none can be made there is no sign.
 */
export function giveSignOfLife(path: string): SignOfLife {
  let pipe: number | null = null;
  try {
    execFileSync('mkfifo', ['-m', '600', path], { stdio: 'ignore' });
    pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  } catch {
    rmSync(path, { force: true });
  }
  return {
    end() {
      if (pipe === null) return;
      rmSync(path, { force: true });
      closeSync(pipe);
      pipe = null;
    },
  };
}

/** Whether a process on this kernel gives the sign at a path. */
export function seesSignOfLife(path: string): Liveness {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFIFO() !== true) return 'unknown';
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW));
    return 'alive';
  } catch (error) {
    // What the system answers if no one has the pipe open for reading.
    return (error as NodeJS.ErrnoException).code === 'ENXIO' ? 'dead' : 'unknown';
  }
}
