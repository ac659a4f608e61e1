/** The errors in a log of Vivado: its lines of severity ERROR, at most `limit`, without repetitions. */
export function errorLines(log: string, limit = 15): readonly string[] {
  const lines = log.split('\n').filter((line) => /^(ERROR|FATAL)\b/.test(line));
  return [...new Set(lines.map((line) => line.trim()))].slice(0, limit);
}

/** The end of a log, for a failure without a line of severity ERROR: errors of the Tcl shell itself have none. */
export function lastLines(log: string, limit = 12): readonly string[] {
  return log.trimEnd().split('\n').slice(-limit);
}

/**
 * Memory files that synthesis did not find. Vivado only warns and continues with empty memories, so that the bitstream gives
 * wrong results.
 */
export function missingMemories(log: string): readonly string[] {
  return [...new Set(log.split('\n').filter((line) => /\[Synth 8-4445\]/.test(line)))].map((line) =>
    line.trim(),
  );
}

/** The line in which the tool reports that it found no licence; null if there is none. */
export function licenceLine(log: string): string | null {
  const line = log
    .split('\n')
    .find((text) =>
      /valid license was not found|failed to get (the )?license|license checkout failed/i.test(text),
    );
  return line?.trim() ?? null;
}
