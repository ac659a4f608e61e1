/** What a board reported: the values of each fact, in order. */
export type Facts = ReadonlyMap<string, readonly string[]>;

/** Reads the output of `doctorScript`; lines of other programs are left out. */
export function readFacts(output: string): Facts {
  const facts = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const [, name, value] = /^fact (\S+) (.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined || value === '') continue;
    facts.set(name, [...(facts.get(name) ?? []), value]);
  }
  return facts;
}

/** The last value of a fact; '' if the board reported none. */
export function fact(facts: Facts, name: string): string {
  return facts.get(name)?.at(-1) ?? '';
}

/** The value of a register; null if it could not be read. */
export function registerOf(facts: Facts, address: string): number | null {
  const row = facts.get('register')?.find((line) => line.startsWith(`${address} `));
  const value = row?.split(' ')[1];
  return value === undefined ? null : Number(value);
}

/** One thing a board needs. */
export interface Finding {
  /** What it is about, in one or two words. */
  readonly topic: string;
  /** `unknown` if the board does not show it. */
  readonly status: 'ok' | 'problem' | 'unknown';
  readonly text: string;
  /** What the user can do; '' unless it is a problem. */
  readonly fix: string;
}

export function ok(topic: string, text: string): Finding {
  return { topic, status: 'ok', text, fix: '' };
}

export function unknown(topic: string, text: string): Finding {
  return { topic, status: 'unknown', text, fix: '' };
}

export function bad(topic: string, text: string, fix: string): Finding {
  return { topic, status: 'problem', text, fix };
}
