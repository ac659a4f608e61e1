import xterm from '@xterm/headless';
import type { Clock, Terminal } from '../../reporters/reporter.ts';

/** A terminal that interprets what is written to it, as the one of a user does. */
export interface FakeTerminal extends Terminal {
  /** Everything that can be seen by scrolling, without trailing empty rows; a line that the terminal broke is one. */
  readonly contents: () => Promise<string>;
  /** The rows that are in sight. */
  readonly rows: () => Promise<readonly string[]>;
  readonly resize: (width: number, height: number) => Promise<void>;
  /** The characters written so far. */
  readonly written: () => number;
}

export function fakeTerminal(width: number, height: number): FakeTerminal {
  const screen = new xterm.Terminal({
    cols: width,
    rows: height,
    scrollback: 100_000,
    convertEol: true,
    allowProposedApi: true,
  });
  let written = 0;
  const write = (text: string): void => {
    written += text.length;
    screen.write(text);
  };
  const settled = (): Promise<void> => new Promise((resolve) => screen.write('', resolve));
  const linesFrom = (first: number): readonly string[] => {
    const { active } = screen.buffer;
    const lines: string[] = [];
    for (let at = first; at < active.length; at++) {
      const line = active.getLine(at)!;
      if (line.isWrapped && lines.length > 0) lines.push(`${lines.pop()!}${line.translateToString(true)}`);
      else lines.push(line.translateToString(true));
    }
    return lines;
  };
  return {
    write,
    pass: write,
    isTerminal: true,
    isLive: true,
    hasColour: true,
    get width() {
      return screen.cols;
    },
    get height() {
      return screen.rows;
    },
    async contents() {
      await settled();
      return linesFrom(0).join('\n').trimEnd();
    },
    async rows() {
      await settled();
      const { active } = screen.buffer;
      return Array.from({ length: screen.rows }, (_, row) =>
        active.getLine(active.baseY + row)!.translateToString(true),
      );
    },
    async resize(columns, rows) {
      await settled();
      screen.resize(columns, rows);
    },
    written: () => written,
  };
}

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  readonly pass: (milliseconds: number) => void;
}

export function fakeClock(start = 0): FakeClock {
  let now = start;
  const timers = new Set<{ next: number; readonly every: number; readonly call: () => void }>();
  return {
    now: () => now,
    every(milliseconds, call) {
      const timer = { next: now + milliseconds, every: milliseconds, call };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    pass(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        const [first] = [...timers].sort((a, b) => a.next - b.next);
        if (first === undefined || first.next > end) break;
        now = first.next;
        first.next += first.every;
        first.call();
      }
      now = end;
    },
  };
}
