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
 * Files of memory contents, by paths below a folder of sources, that synthesis does not report to have read; null if its logs
 * do not list all that it read, since Vivado stops repeating a message after some time.
 */
export function unreadMemories(files: readonly string[], logs: readonly Log[]): readonly string[] | null {
  const texts = logs.map(({ text }) => text);
  if (texts.some((text) => /\[Common 17-14\] Message 'Synth 8-3876'/.test(text))) return null;
  const read = texts.flatMap((text) => [...text.matchAll(readLine)].map(([, path = '']) => path));
  return files.filter((file) => !read.some((path) => path.endsWith(`/${file}`)));
}

const readLine = /\[Synth 8-3876\] \$readmem data file '([^']+)' is read successfully/g;
