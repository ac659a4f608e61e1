/** One of the logs that a build leaves: Vivado's own, `vivado`, or that of a run of it, such as `impl_1`. */
export interface Log {
  readonly name: string;
  readonly text: string;
}

/** Lines of severity ERROR in logs, without repetitions, at most `limit`; each with its run, if it is from the log of one. */
export function errorLines(logs: readonly Log[], limit = 15): readonly string[] {
  const found = new Map<string, string>();
  for (const { name, text } of logs)
    for (const line of text.split('\n').map((line) => line.trim()))
      if (/^(ERROR|FATAL)\b/.test(line) && !found.has(line))
        found.set(line, name === 'vivado' ? line : `${name}: ${line}`);
  return [...found.values()].slice(0, limit);
}

/** The end of a log, for a failure without a line of severity ERROR: errors of the Tcl shell itself have none. */
export function lastLines(log: string, limit = 12): readonly string[] {
  return log.trimEnd().split('\n').slice(-limit);
}

/** How often each kind of critical warning occurs in logs, by its id, such as `PSU-1`; Vivado repeats those of runs. */
export function criticalWarnings(logs: readonly Log[]): { readonly [id: string]: number } {
  const lines = new Set(logs.flatMap(({ text }) => text.match(/^CRITICAL WARNING: .*$/gm) ?? []));
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [, id = 'none'] = /\[([^\]]+)\]/.exec(line) ?? [];
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}
