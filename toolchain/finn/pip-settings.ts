/**
 * The options with which pip, isolated from the user's configuration, still uses the index of that configuration, its folders
 * of wheels, and whatever it needs to reach them. `listed` is what `pip config list` prints: `global.index-url='…'`. Further
 * indexes are left out, since each of them could supply any package.
 */
export function settingsOf(listed: string): readonly string[] {
  const values = new Map<string, string>();
  for (const section of ['global', 'install', ':env:'])
    for (const line of listed.split('\n')) {
      const { of, key, value } = form.exec(line)?.groups ?? {};
      if (of === section && key !== undefined && value !== undefined) values.set(key, value);
    }
  return [...values].flatMap(([key, value]) => {
    const option = options.get(key);
    if (option === undefined) return [];
    const words = isList.has(key) ? value.split(/\\n|\s+/).filter((word) => word !== '') : [value];
    return words.flatMap((word) => [option, word]);
  });
}

/** The value is written as Python shows a string. An empty one is none. */
const form = /^(?<of>\S+?)\.(?<key>[\w-]+)=(?<quote>['"])(?<value>.+)\k<quote>$/;

const options: ReadonlyMap<string, string> = new Map([
  ...['index-url', 'find-links', 'cert', 'client-cert', 'proxy', 'trusted-host', 'retries', 'cache-dir'].map(
    (key) => [key, `--${key}`] as const,
  ),
  ['timeout', '--timeout'],
  ['default-timeout', '--timeout'],
]);
const isList: ReadonlySet<string> = new Set(['find-links', 'trusted-host']);
