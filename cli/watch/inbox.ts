/** What happens while a project is watched, in order; bursts of changes are one message. */
export type Message =
  /** Real paths that may have changed. */
  | { readonly type: 'changed'; readonly paths: ReadonlySet<string> }
  /** Nothing has happened for a while. */
  | { readonly type: 'quiet' }
  /** `error`: what made the command itself fail; null if nothing did. */
  | { readonly type: 'run-ended'; readonly error: unknown }
  /** The actions that are to run; none after a no. */
  | { readonly type: 'answered'; readonly labels: readonly string[] }
  /** By Ctrl-C or, so that it must end whatever runs, by another request. */
  | { readonly type: 'interrupted'; readonly isFinal: boolean };

export interface Inbox {
  readonly put: (message: Exclude<Message, { readonly type: 'changed' | 'quiet' }>) => void;
  /** Held back until the burst is over, but not for longer than a second. */
  readonly noteChange: (path: string) => void;
  readonly next: () => Promise<Message>;
  readonly close: () => void;
}

export function createInbox(): Inbox {
  const messages: Message[] = [];
  let wake: (() => void) | null = null;
  let paths = new Set<string>();
  let burstTimer: NodeJS.Timeout | undefined;
  let quietTimer: NodeJS.Timeout | undefined;
  let began = 0;
  const post = (message: Message): void => {
    messages.push(message);
    wake?.();
    wake = null;
  };
  const endBurst = (): void => {
    const changed = paths;
    paths = new Set();
    post({ type: 'changed', paths: changed });
    quietTimer = setTimeout(() => {
      post({ type: 'quiet' });
    }, quietMilliseconds);
  };
  return {
    put: post,
    noteChange(path) {
      const now = performance.now();
      if (paths.size === 0) began = now;
      paths.add(path);
      clearTimeout(burstTimer);
      clearTimeout(quietTimer);
      const left = Math.max(0, began + longestBurstMilliseconds - now);
      burstTimer = setTimeout(endBurst, Math.min(burstMilliseconds, left));
    },
    async next() {
      while (messages.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      const message = messages.shift();
      if (message === undefined) throw new Error('a message was waited for');
      return message;
    },
    close() {
      clearTimeout(burstTimer);
      clearTimeout(quietTimer);
    },
  };
}

/** Editors write, rename and set attributes within a few ms of each other. */
const burstMilliseconds = 60;
const longestBurstMilliseconds = 1_000;
const quietMilliseconds = 1_000;
