import type { Terminal } from '../../reporters/reporter.ts';

/** A question that a key answers. */
export interface Question {
  /** Takes it back, if it has not been answered. */
  readonly cancel: () => void;
}

/** Asks on the terminal while everything else goes on; any key but y means no. */
export function askForKey(text: string, out: Terminal, answered: (isYes: boolean) => void): Question {
  const { stdin } = process;
  let isOpen = true;
  const close = (shown: string): void => {
    isOpen = false;
    stdin.off('data', take);
    process.off('exit', restore);
    restore();
    stdin.pause();
    out.write(`${shown}\n`);
  };
  const take = (data: Buffer): void => {
    const [key = ''] = String(data);
    // Without the terminal's own treatment of keys, Ctrl-C and Ctrl-Z are ours to pass on.
    if (key === interruptKey) {
      process.kill(process.pid, 'SIGINT');
    } else if (key !== suspendKey) {
      const isYes = key.toLowerCase() === 'y';
      close(isYes ? 'y' : 'n');
      answered(isYes);
    }
  };
  const restore = (): void => {
    stdin.setRawMode(false);
  };
  out.write(`${text} [y/N] `);
  stdin.setRawMode(true);
  stdin.on('data', take);
  stdin.resume();
  process.once('exit', restore);
  return {
    cancel() {
      if (isOpen) close('');
    },
  };
}

const interruptKey = '\u0003';
const suspendKey = '\u001a';
