import { harmlessView } from '../../reporters/style.ts';
import type { Terminal } from '../../reporters/reporter.ts';

/** A terminal that writes to another one, and what was written. */
export interface Listening {
  readonly terminal: Terminal;
  readonly text: () => string;
}

/** Listens to what is written to a terminal, as it arrives there. */
export function listenTo(terminal: Terminal): Listening {
  let heard = '';
  const write = (text: string): void => {
    heard += harmlessView(text);
    terminal.write(text);
  };
  const pass = (text: string): void => {
    heard += text;
    terminal.pass(text);
  };
  // Its width and height change.
  const listening = Object.create(terminal, { write: { value: write }, pass: { value: pass } }) as Terminal;
  return { terminal: listening, text: () => heard };
}

/** Whether a run can be answered from memory next time: of everything, in its own folder, with no option but a profile. */
export function isRememberable(args: readonly string[], project: string, cwd: string): boolean {
  const [command, option] = args;
  const isPlain = args.length === 1 || (args.length === 3 && option === '--profile');
  return command === 'run' && isPlain && project === cwd;
}
