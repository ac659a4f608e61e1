import type { Log } from './log.ts';

/**
 * Memory files that synthesis did not find. Vivado only warns and continues with empty memories, so that the bitstream gives
 * wrong results.
 */
export function missingMemories(logs: readonly Log[]): readonly string[] {
  const lines = logs.flatMap(({ text }) =>
    text.split('\n').filter((line) => line.includes('[Synth 8-4445]')),
  );
  return [...new Set(lines.map((line) => line.trim()))];
}

/**
 * Memories of which synthesis does not report to have read any copy; each is given by the paths of its copies below a folder
 * of sources, and returned by the first. Null if the logs do not list all that was read, since Vivado stops repeating a message
 * after some time.
 */
export function unreadMemories(
  memories: readonly (readonly string[])[],
  logs: readonly Log[],
): readonly string[] | null {
  const texts = logs.map(({ text }) => text);
  if (texts.some((text) => /\[Common 17-14\] Message 'Synth 8-3876'/.test(text))) return null;
  // Every end of every path: there may be tens of thousands of either.
  const read = new Set(
    texts.flatMap((text) => [...text.matchAll(readLine)].flatMap(([, path = '']) => endsOf(path))),
  );
  return memories.filter((copies) => !copies.some((file) => read.has(file))).map(([first = '']) => first);
}

/** What is behind each slash of a path. */
function endsOf(path: string): readonly string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(index + 1));
}

const readLine = /\[Synth 8-3876\] \$readmem data file '([^']+)' is read successfully/g;
