import { statOf } from '../../base/process-stat.ts';
import type { Terminal } from '../../reporters/reporter.ts';

/** The keys of someone who watches: they answer questions, and are not shown otherwise. */
export interface Keys {
  /** Asks on the terminal while everything else goes on; any key but y means no. */
  readonly ask: (text: string, answered: (isYes: boolean) => void) => void;
  /** Takes the question back, if one is open. */
  readonly cancel: () => void;
  /** Gives the keys back to the terminal. */
  readonly close: () => void;
}

/** Takes the keys of the terminal, of which both ends must be one. */
export function takeKeys(out: Terminal): Keys {
  const { stdin } = process;
  let answered: ((isYes: boolean) => void) | null = null;
  const end = (shown: string): void => {
    answered = null;
    out.write(`${shown}\n`);
  };
  const take = (data: Buffer): void => {
    const [key = ''] = String(data);
    // Without the terminal's own treatment of keys, these are ours to pass on.
    if (key === interruptKey) {
      process.kill(process.pid, 'SIGINT');
    } else if (key === suspendKey) {
      restore();
      // As the terminal does: to all that was started with this program, such as a pager.
      process.kill(0, 'SIGTSTP');
    } else if (answered !== null) {
      const answer = answered;
      const isYes = key.toLowerCase() === 'y';
      end(isYes ? 'y' : 'n');
      answer(isYes);
    }
  };
  const restore = (): void => {
    stdin.setRawMode(false);
    stdin.pause();
  };
  const hold = (): void => {
    // In the background, the keys are those of another program: taking them would stop this one.
    if (!isInForeground()) return;
    // The shell may have changed the terminal meanwhile, which only a real change overwrites.
    stdin.setRawMode(false);
    stdin.setRawMode(true);
    stdin.resume();
  };
  const close = (): void => {
    if (answered !== null) end('');
    process.off('SIGCONT', hold);
    process.off('exit', close);
    stdin.off('data', take);
    if (isInForeground()) restore();
  };
  stdin.on('data', take);
  hold();
  process.on('SIGCONT', hold);
  process.once('exit', close);
  return {
    ask(text, answer) {
      out.write(`${text} [y/N] `);
      answered = answer;
    },
    cancel() {
      if (answered !== null) end('');
    },
    close,
  };
}

/** Whether this process belongs to the group that the terminal reads keys for; also if the system does not report it. */
function isInForeground(): boolean {
  const stat = statOf(process.pid);
  return stat === null || stat[groupField] === stat[foregroundField];
}

/** The process group, and the one in the foreground of its terminal. */
const groupField = 2;
const foregroundField = 5;

const interruptKey = '\u0003';
const suspendKey = '\u001a';
