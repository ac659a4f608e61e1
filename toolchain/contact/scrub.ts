/** What must not leave this machine, and what is put in its place. */
export interface Names {
  /** Absolute folders, such as the user's home, each with what takes its place. */
  readonly folders: readonly (readonly [folder: string, instead: string])[];
  readonly user: string;
  readonly host: string;
  /** Words of any kind, such as the address of a licence server. */
  readonly secrets: readonly string[];
}

/** Returns a function that replaces these names in a text, and the hardware addresses of network cards. */
export function scrubber({ folders, user, host, secrets }: Names): (text: string) => string {
  const rules = [
    ...[...folders].sort(([one], [other]) => other.length - one.length),
    ...secrets.map((secret) => [secret, 'SECRET'] as const),
  ]
    .filter(([name]) => name.length > 1)
    .map(([name, instead]) => [new RegExp(`${escaped(name)}(?![\\w-])`, 'g'), instead] as const);
  // `root` is a word of its own in every log.
  const words = [
    [host, 'host'],
    [user === 'root' ? '' : user, 'user'],
  ] as const;
  const names = words
    .filter(([name]) => name !== '')
    .map(([name, instead]) => [new RegExp(`(?<![\\w.-])${escaped(name)}(?![\\w-])`, 'g'), instead] as const);
  const all = [...rules, ...names, [/\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/gi, '00:00:00:00:00:00'] as const];
  return (text) => all.reduce((scrubbed, [pattern, instead]) => scrubbed.replace(pattern, instead), text);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
